import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { formatToml, parseToml } from "libcnb/spec";
import { CnbError } from "../errors.ts";
import { limits } from "../limits.ts";
import { createNextTo } from "../oci/files/output-file.ts";
import { kindOf } from "../oci/files/regular-file.ts";
import { firstProblems, withCode } from "./problems.ts";

/** The pinned values of one kind by name, for example the digests of images. */
type Pins = Map<string, string>;

/** The pins of one target by kind: `build-image`, `packages`, … */
type Sections = Map<string, Pins>;

/** The part of a lock file for one target, such as `linux/amd64`. */
export interface TargetLock {
  /**
   * Returns the value pinned for `name`. Undefined if it has no pin, so that the value found now
   * applies.
   */
  pinned(section: string, name: string): string | undefined;
  /** Returns the sorted names pinned in a section; empty if none are pinned. */
  names(section: string): readonly string[];
  /** Records the value found in this run for `name`. */
  found(section: string, name: string, value: string): void;
  /**
   * Checks that exactly the given names are pinned in a section. Call it before any work.
   *
   * @throws CnbError LOCK_STALE
   */
  expect(section: string, names: readonly string[]): void;
}

/**
 * A lock file that pins the versions of inputs, and to which a command adds the versions that it
 * used.
 */
export interface LockFile {
  target(name: string): TargetLock;
  /**
   * Compares all found values with the pins, and writes the file if it lacks a target or is
   * renewed.
   *
   * @returns true if the file was written
   * @throws CnbError LOCK_STALE with every entry that does not match, OUTPUT_UNWRITABLE
   */
  finish(): Promise<boolean>;
}

/** Options of {@link openLockFile}. */
export interface LockOptions {
  /** True to ignore the pins and write the values found in this run. */
  readonly renew?: boolean;
  /** The command that writes the file, for its first line: `cnb builder create`. */
  readonly command: string;
}

/**
 * Returns the path of the lock file, which is next to the configuration file.
 *
 * @example `lockFileFor("deploy/builder.toml") // "deploy/builder.lock"`
 */
export const lockFileFor = (config: string): string => `${config.replace(/\.toml$/, "")}.lock`;

/**
 * Opens a lock file. If the file does not exist, nothing is pinned yet, and {@link LockFile.finish}
 * creates the file.
 *
 * @throws CnbError LOCK_INVALID
 * @example
 * ```ts
 * const lock = await openLockFile("builder.lock", { command: "cnb builder create" });
 * const target = lock.target("linux/amd64");
 * target.pinned("packages", "curl") ?? "7.88.1"; // what is in the file, else what is newest
 * target.found("packages", "curl", "7.88.1");
 * await lock.finish();
 * ```
 */
export async function openLockFile(file: string, options: LockOptions): Promise<LockFile> {
  const before = await readLock(file);
  const after = new Map<string, Sections>();
  const known = options.renew ? new Map<string, Sections>() : before;
  return {
    target: (name) => targetLock(file, options, name, { known: known.get(name), found: entryOf(after, name) }),
    async finish() {
      const changes = [...after].flatMap(([target, found]) => changesOf(target, known.get(target), found));
      refuseStale(file, options, changes);
      const merged = new Map([...before, ...after]);
      const text = lockText(merged, options);
      if (text === lockText(before, options)) return false;
      await writeLock(file, text);
      return true;
    },
  };
}

function targetLock(
  file: string,
  options: LockOptions,
  target: string,
  { known, found }: { readonly known: Sections | undefined; readonly found: Sections },
): TargetLock {
  return {
    pinned: (section, name) => known?.get(section)?.get(name),
    names: (section) => [...(known?.get(section)?.keys() ?? [])].sort(),
    found: (section, name, value) => void pinsOf(found, section).set(name, value),
    expect(section, names) {
      if (!known) return;
      const pins = known.get(section) ?? new Map<string, string>();
      refuseStale(file, options, [
        ...names.filter((name) => !pins.has(name)).map((name) => missing(target, section, name)),
        ...[...pins.keys()].filter((name) => !names.includes(name)).map((name) => unused(target, section, name)),
      ]);
    },
  };
}

/** One sentence for each entry that is missing, superfluous or different. */
function changesOf(target: string, known: Sections | undefined, found: Sections): string[] {
  if (!known) return [];
  const sections = [...new Set([...known.keys(), ...found.keys()])];
  return sections.flatMap((section) => {
    const [before, after] = [known.get(section) ?? new Map(), found.get(section) ?? new Map()];
    return [
      ...[...after].flatMap(([name, value]) => {
        if (!before.has(name)) return [missing(target, section, name)];
        return before.get(name) === value ? [] : [different(target, section, name, before.get(name), value)];
      }),
      ...[...before.keys()].filter((name) => !after.has(name)).map((name) => unused(target, section, name)),
    ];
  });
}

const missing = (target: string, section: string, name: string) => `${target} ${section} ${name}: is not locked`;
const unused = (target: string, section: string, name: string) => `${target} ${section} ${name}: is no longer used`;
const different = (target: string, section: string, name: string, before: string, after: string) =>
  `${target} ${section} ${name}: is ${after}, but locked as ${before}`;

function refuseStale(file: string, { command }: LockOptions, changes: readonly string[]): void {
  if (changes.length === 0) return;
  const lines = firstProblems(changes.map((change) => `  ${change}`));
  throw new CnbError(
    "LOCK_STALE",
    [`${basename(file)} no longer matches what this command would use:`, ...lines].join("\n"),
    {
      hint: `Undo the changes listed above, or renew the lock file: run the same \`${command}\` with --update-lock.`,
    },
  );
}

async function readLock(file: string): Promise<Map<string, Sections>> {
  const bytes = await bytesOf(file);
  if (bytes === undefined) return new Map();
  const { version, targets = {} } = withCode("LOCK_INVALID", () => parseToml(bytes, file));
  if (version !== 1) throw invalidLock(file, "its version is not 1");
  return tables(file, "targets", targets, (path, sections) =>
    tables(file, path, sections, (location, pins) =>
      tables(file, location, pins, (at, value) => textOf(file, at, value)),
    ),
  );
}

/**
 * The size limit, enough for thousands of packages for many targets. A larger file is not a lock
 * file.
 */
const maxBytes = limits.lockFile.most;

/**
 * Reads the file; undefined if it does not exist. Pipes are refused, because they may never end.
 */
async function bytesOf(file: string): Promise<Uint8Array | undefined> {
  try {
    const stats = await stat(file);
    if (!stats.isFile()) throw invalidLock(file, `it is ${kindOf(stats)}`);
    if (stats.size > maxBytes) throw invalidLock(file, "it is larger than 8 MiB");
    return await readFile(file);
  } catch (error) {
    if (error instanceof CnbError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new CnbError("LOCK_INVALID", `cannot read the lock file ${file}: ${message}`, {
      cause: error,
      hint: "Check the owner and the permissions of the file.",
    });
  }
}

/** Converts a table to a map, because its keys are arbitrary names, such as `__proto__`. */
function tables<Value>(file: string, path: string, value: unknown, item: (path: string, value: unknown) => Value) {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalidLock(file, `${path} is not a table`);
  return new Map(Object.entries(value).map(([key, child]) => [key, item(`${path}.${JSON.stringify(key)}`, child)]));
}

function textOf(file: string, path: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw invalidLock(file, `${path} is not a string`);
}

const invalidLock = (file: string, why: string) =>
  new CnbError("LOCK_INVALID", `${file} is not a lock file: ${why}`, {
    hint: "Restore the file from version control, or remove it and create it again with --lock.",
  });

async function writeLock(file: string, text: string): Promise<void> {
  await createNextTo(file, async (temporary) => {
    await writeFile(temporary, text, { flag: "wx" });
    await rename(temporary, file);
  });
}

/**
 * The text of a lock file: sorted, with one line per pin, so that changing one pin changes one
 * line.
 */
function lockText(targets: ReadonlyMap<string, Sections>, { command }: LockOptions): string {
  const table = sortedTable(targets, (sections) => sortedTable(sections, (pins) => sortedTable(pins, (pin) => pin)));
  const header = `# Written by \`${command} --lock\`, renewed by \`--update-lock\`. Keep it in version control.\n`;
  return `${header}${formatToml({ version: 1, targets: table })}`;
}

function sortedTable<Value, Result>(map: ReadonlyMap<string, Value>, each: (value: Value) => Result) {
  const sorted = [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, value]) => [key, each(value)]));
}

const entryOf = (targets: Map<string, Sections>, name: string): Sections => {
  const sections = targets.get(name) ?? new Map<string, Pins>();
  targets.set(name, sections);
  return sections;
};

const pinsOf = (sections: Sections, section: string): Pins => {
  const pins = sections.get(section) ?? new Map<string, string>();
  sections.set(section, pins);
  return pins;
};
