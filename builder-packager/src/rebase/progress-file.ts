import { type FileHandle, open, readFile } from "node:fs/promises";
import { CnbError } from "../errors.ts";
import type { ManyResult } from "./rebase-many.ts";

/** A report that grows while images are rebased: one line of JSON for each. */
export interface ProgressFile {
  /** The names of images that an earlier run is done with. */
  readonly done: ReadonlySet<string>;
  add(result: ManyResult): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the report. With `--resume` it is appended to, otherwise overwritten.
 *
 * @throws CnbError OUTPUT_UNWRITABLE
 */
export async function openProgress(file: string, resume: boolean): Promise<ProgressFile> {
  const before = resume ? await textOf(file) : "";
  const handle = await open(file, resume ? "a" : "w").catch((cause: Error) => {
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot write ${file}: ${cause.message}`, {
      cause,
      hint: "Choose another path for --report, or make this one writable.",
    });
  });
  // A run that was killed may have left half a line.
  if (before !== "" && !before.endsWith("\n")) await handle.write("\n");
  return { done: doneIn(before), add: (result) => addTo(handle, result), close: () => handle.close() };
}

const addTo = async (handle: FileHandle, result: ManyResult): Promise<void> =>
  void (await handle.write(`${JSON.stringify(result)}\n`));

async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot read ${file}: ${error.message}`, { cause: error });
  });
}

/**
 * The images already done in a report. Incomplete and unknown lines are ignored: their images are
 * done again, which costs little.
 */
export function doneIn(text: string): ReadonlySet<string> {
  const names = text.split("\n").flatMap((line) => {
    try {
      const { image, outcome } = JSON.parse(line) as Partial<ManyResult>;
      return image !== undefined && (outcome === "rebased" || outcome === "unchanged") ? [image] : [];
    } catch {
      return [];
    }
  });
  return new Set(names);
}
