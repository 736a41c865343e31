import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rm, stat, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { CnbError } from "../errors.ts";
import { createNextTo, unwritable, writeOutputFile } from "../oci/files/output-file.ts";
import { outputFile } from "../oci/files/output-target.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import type { BuildOutputs } from "./build-outputs.ts";
import { checkName, dotenvText, githubText, jsonText, type OutputFormat, tektonFiles } from "./formats.ts";

/** The file or directory of `--output-file` and its format. */
export interface OutputDestination {
  readonly path: string;
  readonly format: OutputFormat;
}

/**
 * Combines the options `--output-file` and `--output-format`. The file name extensions `.json` and
 * `.env` determine the format. Any other name requires `--output-format`.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function outputDestination(path = "", format?: OutputFormat): OutputDestination | undefined {
  if (path === "" && format === undefined) return undefined;
  if (path === "")
    throw new CnbError("ARGUMENT_INVALID", `--output-format ${format} needs the option --output-file`, {
      hint: `Add --output-file, such as --output-file ${usualPaths[format ?? "json"]}.`,
    });
  const chosen = format ?? byExtension[extname(path)];
  if (chosen !== undefined) return { path, format: chosen };
  throw new CnbError(
    "ARGUMENT_INVALID",
    `cannot determine the format of --output-file ${path} from the extension of the file`,
    {
      hint: "Add --output-format json, github, dotenv or tekton.",
    },
  );
}

const byExtension: Readonly<Record<string, OutputFormat>> = { ".json": "json", ".env": "dotenv" };

const usualPaths: Readonly<Record<OutputFormat, string>> = {
  json: "image.json",
  github: '"$GITHUB_OUTPUT"',
  dotenv: "image.env",
  tekton: "/tekton/results",
};

/**
 * Checks before a build that the outputs can be written, so that the build does not fail only after
 * minutes.
 *
 * @throws CnbError ARGUMENT_INVALID, OUTPUT_UNWRITABLE
 */
export async function checkOutputFile({ path, format }: OutputDestination, image: ImageReference): Promise<void> {
  checkName(format, formatImageReference(image));
  if (format === "tekton") return checkDirectory(path);
  if (format === "github") return append(path, "");
  await createNextTo(outputFile(path), (temporary) => writeFile(temporary, ""));
}

/**
 * Writes the outputs of a build to the file or directory of `--output-file`.
 *
 * @throws CnbError OUTPUT_UNWRITABLE
 */
export async function writeOutputs({ path, format }: OutputDestination, outputs: BuildOutputs): Promise<void> {
  switch (format) {
    case "json":
      return writeText(path, jsonText(outputs));
    case "dotenv":
      return writeText(path, dotenvText(outputs));
    case "github":
      return append(path, githubText(outputs, `cnb_${randomUUID()}`));
    case "tekton":
      for (const [name, value] of tektonFiles(outputs)) await writeText(join(path, name), value);
  }
}

async function writeText(file: string, text: string): Promise<void> {
  await writeOutputFile(file, toChunks(text));
}

async function* toChunks(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

async function checkDirectory(dir: string): Promise<void> {
  const probe = join(dir, ".cnb");
  try {
    await mkdir(dir, { recursive: true });
    if (!(await stat(dir)).isDirectory()) throw notDirectory(dir);
    await createNextTo(probe, (temporary) => writeFile(temporary, ""));
  } catch (error) {
    throw isExisting(error) ? notDirectory(dir) : unwritable(dir, error);
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

const isExisting = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EEXIST";

const notDirectory = (dir: string): CnbError =>
  new CnbError("OUTPUT_UNWRITABLE", `cannot write the results to ${dir}: it is not a directory`, {
    hint: "Pass a directory such as /tekton/results: --output-format tekton writes one file for each result.",
  });

/**
 * Appends text to the outputs of earlier commands in the same step, which may still have the file
 * open. If the last line has no end, the text starts in a new line.
 */
async function append(file: string, text: string): Promise<void> {
  const target = outputFile(file);
  try {
    const output = await open(target, "a+");
    try {
      const { size } = await output.stat();
      const last = size === 0 ? "\n" : await lastCharacter(output, size);
      if (text !== "") await output.appendFile(last === "\n" ? text : `\n${text}`);
    } finally {
      await output.close();
    }
  } catch (error) {
    throw unwritable(target, error);
  }
}

async function lastCharacter(file: FileHandle, size: number): Promise<string> {
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer.toString("latin1");
}
