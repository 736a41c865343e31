import { readFile, rename, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { defined } from "../defined.ts";
import { exitCode, type Updater, usageOf } from "./updater.ts";

/**
 * Runs an updater as the main program of a process: parses the flags, prints the progress, and sets
 * the exit code.
 */
export async function runUpdater(updater: Updater, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.exitCode = await run(updater, args).catch((error: unknown) => {
    console.error(`ERROR: ${error instanceof Error ? error.message : error}`);
    return 3;
  });
}

async function run(updater: Updater, args: readonly string[]): Promise<number> {
  const { check, help, file, ...flags } = flagsIn(args, updater);
  if (help === true) return print([usageOf(updater)]);
  const files = file === undefined ? [updater.file].flat() : [resolve(`${file}`)];
  const before = await Promise.all(files.map(readOrEmpty));
  const {
    texts,
    failures = [],
    changes = [],
  } = await updater.refresh(before, flags as Readonly<Record<string, string>>);
  const names = files.map((each) => basename(each));
  const changed = files.filter((_, index) => texts[index] !== before[index]);
  print([...failures, ...changes]);
  if (changed.length === 0)
    print([`${[...new Set(names)].join(", ")} is up to date with the sources that could be read`]);
  if (check !== true) for (const each of changed) await replace(each, texts[files.indexOf(each)] ?? "");
  return exitCode(check === true, changed.length > 0, failures);
}

function flagsIn(args: readonly string[], { flags = {}, file }: Updater) {
  const own = Object.entries(flags).map(([name, flag]) => [
    name,
    { type: "string", ...defined({ default: flag.default }) } as const,
  ]);
  const options = {
    check: { type: "boolean" },
    help: { type: "boolean" },
    ...(typeof file === "string" && { file: { type: "string" } as const }),
    ...Object.fromEntries(own),
  } as const;
  return parseArgs({ args: [...args], options }).values as Readonly<Record<string, string | boolean | undefined>>;
}

function print(lines: readonly string[]): number {
  for (const line of lines) console.log(line);
  return 0;
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/**
 * Replaces the file atomically: an interruption leaves the old file or the new one, never half of
 * it.
 */
async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
  console.log(`${file} is written`);
}
