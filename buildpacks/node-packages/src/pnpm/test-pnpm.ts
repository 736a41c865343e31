import { execFile } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { tableOf } from "@libcnb/app-kit/tables";
import { type FileMap, writeFiles } from "libcnb/testing";
import { machineEnv, npmIn } from "../test-machine.ts";
import { installArguments } from "./install.ts";

/** A pnpm release from the registry, with temporary directories, for tests. */
export interface Pnpm {
  readonly major: number;
  /** A directory with an app, with a lockfile written by pnpm. */
  app(files: FileMap): Promise<string>;
  /** A copy of an app, installed as the buildpack installs it. */
  installed(app: string, ...more: readonly string[]): Promise<string>;
  /** Runs pnpm and returns its output. */
  run(dir: string, ...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Installs a version of pnpm. Since pnpm 12 it is a native executable, before that a Node.js
 * program.
 */
export async function realPnpm(version: string): Promise<Pnpm> {
  const base = await mkdtemp(join(tmpdir(), "libcnb-pnpm-"));
  const major = Number.parseInt(version, 10);
  const name = major < 12 ? "pnpm" : `@pnpm/exe.linux-${process.arch}`;
  await npmIn(base, "install", "--prefix", base, "--no-audit", "--no-fund", `${name}@${version}`);
  const folder = join(base, "node_modules", name);
  const program = major < 12 ? [process.execPath, join(folder, mainIn(folder))] : [join(folder, "pnpm")];
  let count = 0;
  const newFolder = () => join(base, `app-${++count}`);
  const run = async (dir: string, ...args: readonly string[]) => {
    const [file = "", ...before] = program;
    const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: base, ...machineEnv };
    const options = { cwd: dir, env, maxBuffer: 256 * 1024 * 1024 };
    return (await promisify(execFile)(file, [...before, ...args], options)).stdout;
  };
  const flags = installArguments("pnpm-lock.yaml", join(base, "downloads")).slice(2);
  return {
    major,
    run,
    async app(files) {
      const dir = newFolder();
      await writeFiles(dir, files);
      await run(dir, "install", "--lockfile-only", ...flags);
      return dir;
    },
    async installed(app, ...more) {
      const dir = newFolder();
      await cp(app, dir, { recursive: true });
      await run(dir, "install", "--frozen-lockfile", ...flags, ...more);
      return dir;
    },
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

const mainIn = (folder: string): string => (existsSync(join(folder, "bin/pnpm.mjs")) ? "bin/pnpm.mjs" : "bin/pnpm.cjs");

/**
 * Formats all entries in and below the `node_modules` of a directory as lines: `path -> target`,
 * `path mode digest`.
 */
export const linesOf = (dir: string): readonly string[] =>
  entriesBelow(dir, "").filter((line) => line.includes("node_modules") && !notes.test(line));

const notes = /node_modules\/(\.modules\.yaml|\.pnpm\/lock\.yaml|\.pnpm-workspace-state\S*) /;

const entriesBelow = (dir: string, below: string): readonly string[] =>
  readdirSync(join(dir, below)).flatMap((name) => {
    const path = below === "" ? name : `${below}/${name}`;
    const stats = lstatSync(join(dir, path));
    if (stats.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(dir, path))}`];
    if (stats.isDirectory()) return [`${path}/`, ...entriesBelow(dir, path)];
    // commands have absolute paths in them
    const text = readFileSync(join(dir, path), "latin1").replaceAll(dir, "<app>");
    return [`${path} ${(stats.mode & 0o777).toString(8)} ${hash("sha1", text)}`];
  });

/**
 * Returns `name@version` of the existing packages in the output of `pnpm ls --json`, which also
 * lists packages for other systems.
 */
export function listed(json: string): readonly string[] {
  const found = new Set<string>();
  for (const project of JSON.parse(json)) collect(project, found);
  return [...found].toSorted();
}

function collect(node: unknown, found: Set<string>): void {
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies", "unsavedDependencies"])
    for (const [name, each] of Object.entries(tableOf(tableOf(node)[kind]))) {
      const { from = name, version, path } = tableOf(each);
      if (!String(version).startsWith("link:") && existsSync(String(path))) found.add(`${from}@${version}`);
      collect(each, found);
    }
}
