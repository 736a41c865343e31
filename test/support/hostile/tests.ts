import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbInProcess } from "../cnb-in-process.ts";

/** A directory of its own in which inputs lie and commands run. */
export interface HostileDirectory {
  readonly dir: string;
  write(files: HostileFiles): Promise<void>;
  /** Removes what an earlier case left there. */
  remove(path: string): Promise<void>;
}

/** Contents by path; `-> target` is a symbolic link; what begins with `#!` can be executed. */
export type HostileFiles = Readonly<Record<string, string | Uint8Array>>;

/** The value of `<name>` in the arguments. */
type Words = Readonly<Record<string, string>>;

/** One line of the table: what there is, what is run, and all that the user reads of the error. */
export interface HostileCase {
  readonly title: string;
  readonly files?: HostileFiles | ((location: HostileDirectory) => HostileFiles | Promise<HostileFiles>);
  /** The command's arguments. Outputs go below `out`, which stays empty. */
  readonly run: string;
  readonly exitCode: number;
  /** From `ERROR:` on. The case's directory reads `<dir>`, ports `<port>`. */
  readonly error: string;
}

/**
 * Registers a test for each case: the command fails with exactly that, prints no result, and leaves nothing behind: neither in its
 * directory nor in the one for temporary files.
 */
export function hostileTests(
  cases: readonly HostileCase[],
  prepare: (location: HostileDirectory) => Promise<Words> | Promise<void> = async () => {},
  nameOf: (title: string, command: string) => string = (title, command) => `cnb ${command} refuses ${title}`,
): void {
  let shared: string;
  let location: HostileDirectory;
  let words: Words = {};
  beforeAll(async () => {
    shared = await mkdtemp(join(tmpdir(), "hostile-"));
    location = directoryIn(join(shared, "work"));
    await mkdir(join(shared, "tmp"));
    await location.write({});
    words = (await prepare(location)) ?? {};
  });
  afterAll(() => rm(shared, { recursive: true, force: true }));

  const named = cases.map((each) => [nameOf(each.title, commandOf(each.run)), each] as const);
  test.for(named)("%s", async ([, { files = {}, run, exitCode, error }]) => {
    await location.write(typeof files === "function" ? await files(location) : files);
    const before = await listing(shared);
    const outcome = await cnbInProcess(splitWords(run, words), { cwd: location.dir, env: environment(shared) });
    const left = (await listing(shared)).filter((path) => !before.includes(path));
    const shown = normalized(errorOf(outcome.stderr), location.dir);
    expect({ exitCode: outcome.exitCode, error: shown, stdout: outcome.stdout, left }).toEqual({
      exitCode,
      error,
      stdout: "",
      left: [],
    });
  });
}

/** The words of a command line that name the command: `builder create` or `inspect`. */
const commandOf = (run: string): string => /^((base|builder|buildpack|extension) )?[a-z]+/.exec(run)?.[0] ?? run;

const directoryIn = (dir: string): HostileDirectory => ({
  dir,
  write: (files) => writeFiles(dir, files),
  remove: (path) => rm(join(dir, path), { recursive: true, force: true }),
});

async function writeFiles(dir: string, files: HostileFiles): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(dir, path);
    await rm(file, { recursive: true, force: true });
    await mkdir(dirname(file), { recursive: true });
    if (typeof content === "string" && content.startsWith("-> ")) await symlink(content.slice(3), file);
    else await writeFile(file, content);
    if (typeof content === "string" && content.startsWith("#!")) await chmod(file, 0o755);
  }
}

/** Nothing of the user's: neither credentials nor configuration. */
const environment = (shared: string) => ({
  PATH: process.env["PATH"],
  HOME: join(shared, "home"),
  TMPDIR: join(shared, "tmp"),
  LIBCNB_CACHE_DIR: join(shared, "cache"),
});

/** All but the cache, which outlives commands by design. Links are not followed: hostile ones lead anywhere. */
async function listing(dir: string, below = ""): Promise<readonly string[]> {
  const entries = await readdir(join(dir, below), { withFileTypes: true });
  const lists = entries.map(async (entry) => {
    const path = join(below, entry.name);
    return path === "cache" ? [] : [path, ...(entry.isDirectory() ? await listing(dir, path) : [])];
  });
  return (await Promise.all(lists)).flat().sort();
}

/** Words are parted by spaces; in single quotes a space is part of one. `<name>` stands for what is known only now. */
const splitWords = (line: string, words: Words): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) =>
    Object.entries(words).reduce((text, [name, word]) => text.replace(`<${name}>`, word), quoted ?? plain ?? ""),
  );

const errorOf = (stderr: string): string => stderr.slice(Math.max(0, stderr.search(/^(ERROR|error): /m)));

const normalized = (text: string, dir: string): string =>
  text
    .replaceAll(dir, "<dir>")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>")
    .replace(/\n$/, "");
