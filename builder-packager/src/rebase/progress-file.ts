import { type FileHandle, open, readFile } from "node:fs/promises";
import { CnbError } from "../errors.ts";
import type { ManyResult } from "./rebase-many.ts";

/** A report with one line of JSON per image. A line is added after each rebase. */
export interface ProgressFile {
  /** The names of images that an earlier run completed. */
  readonly done: ReadonlySet<string>;
  add(result: ManyResult): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the report. If `resume` is true, new lines are appended. Otherwise, the report is
 * overwritten.
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
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot read ${file}, the report of an earlier run: ${error.message}`, {
      cause: error,
      hint: "Pass the report of an earlier run with --report, or remove --resume.",
    });
  });
}

/**
 * Returns the names of the images that a report marks as done. Incomplete or unknown lines are
 * ignored, so the images in these lines are rebased again.
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
