import { readFile, rename, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { defined } from "@libcnb/app-kit/defined";

/**
 * Runs an updater as the main program of a process: parses the command-line options, prints the
 * progress, and sets the exit code.
 */
export async function runUpdater(updater: Updater, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.exitCode = await run(updater, args).catch((error: unknown) => {
    console.error(`ERROR: ${error instanceof Error ? error.message : error}`);
    return 3;
  });
}

async function run(updater: Updater, args: readonly string[]): Promise<number> {
  const { check, help, file = updater.file, ...flags } = flagsIn(args, updater);
  if (help === true) return print([usageOf(updater)]);
  const path = resolve(`${file}`);
  const before = await readOrEmpty(path);
  const {
    text,
    failures = [],
    changes = [],
  } = await updater.refresh(before, flags as Readonly<Record<string, string>>);
  print([...failures, ...changes]);
  if (text === before) print([`${basename(path)} is up to date with the sources that could be read`]);
  else if (check !== true) await replace(path, text);
  return exitCode(check === true, text !== before, failures);
}

function flagsIn(args: readonly string[], { flags = {} }: Updater) {
  const own = Object.entries(flags).map(([name, flag]) => [
    name,
    { type: "string", ...defined({ default: flag.default }) } as const,
  ]);
  const options = {
    check: { type: "boolean" },
    help: { type: "boolean" },
    file: { type: "string" },
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

/** A command that updates a buildpack.toml from published data. */
interface Updater {
  /** The command line, for example `npm run inventory`. */
  readonly command: string;
  /** A description in one or two sentences. */
  readonly about: string;
  /** The flags in addition to the common flags --check, --file and --help. */
  readonly flags?: Readonly<Record<string, UpdaterFlag>>;
  /** The absolute path of the file to write. `--file` overrides it. */
  readonly file: string;
  /**
   * Computes the new text of the file.
   *
   * @param before the current text; empty if the file is missing
   */
  refresh(before: string, flags: Readonly<Record<string, string | undefined>>): Promise<UpdateResult>;
}

/** A command-line flag of an updater. The flag takes a value. */
interface UpdaterFlag {
  /** The form of the flag's value in the usage: `20,22,24`. */
  readonly value: string;
  readonly about: string;
  readonly default?: string;
}

/** The result of an updater: the new text of the file, and descriptions of changes and failures. */
export interface UpdateResult {
  readonly text: string;
  /**
   * Sources that could not be read, one sentence each. The parts of the file that come from these
   * sources are unchanged.
   */
  readonly failures?: readonly string[];
  /** The changes of the file, one line each. */
  readonly changes?: readonly string[];
}

/** The usage text of the command. */
function usageOf({ command, about, flags = {} }: Updater): string {
  const all: readonly (readonly [string, string, string])[] = [
    ["check", "", "writes no file; the exit code is 1 if a newer release exists, 2 if a source cannot be reached"],
    ...Object.entries(flags).map(([name, flag]) => [name, flag.value, flag.about] as const),
    ["file", "file", "the file to write instead of the one in the repository"],
  ];
  const width = Math.max(...all.map(([name]) => name.length)) + 4;
  const shown = all.map(([name, value]) => ` [--${name}${value === "" ? "" : ` <${value}>`}]`).join("");
  const lines = all.map(([name, , text]) => `  ${`--${name}`.padEnd(width)}${text}`);
  return `${about}\n\n  ${command} --${shown}\n\n${lines.join("\n")}\n`;
}

/**
 * Returns the exit code of an updater: 0 without `--check`. With `--check`, 0 means that the file
 * is up to date, 1 that a newer release exists, and 2 that a source could not be read.
 */
function exitCode(isCheck: boolean, isNew: boolean, failures: readonly string[] = []): number {
  if (!isCheck) return 0;
  if (failures.length > 0) return 2;
  return isNew ? 1 : 0;
}
