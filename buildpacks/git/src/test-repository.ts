// @needs git
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { FileMap } from "libcnb/testing";

/** A git repository for tests, which run the real git command. */
export interface TestRepository extends AsyncDisposable {
  readonly dir: string;
  git(...args: readonly string[]): string;
  /** Commits a file and returns the commit's hash. */
  commit(name: string): Promise<string>;
}

const settings = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.com",
  PATH: process.env.PATH,
};

/** Runs git in a directory, without the settings of this machine. */
export const git = (cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ""): string =>
  execFileSync("git", args, { cwd, env: { ...settings, ...env }, input, encoding: "utf8", stdio: "pipe" }).trim();

/** Creates an empty repository with the branch `main`. */
export async function testRepository(...flags: readonly string[]): Promise<TestRepository> {
  const dir = await mkdtemp(join(tmpdir(), "repository-"));
  const inside = (...args: readonly string[]) => git(dir, args);
  inside("init", "--quiet", "--initial-branch=main", ...flags);
  return {
    dir,
    git: inside,
    async commit(name) {
      await writeFile(join(dir, name), name);
      inside("add", "--all");
      inside("commit", "--quiet", "--message", name);
      return inside("rev-parse", "HEAD");
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Lists all files below a directory. */
export async function filesBelow(dir: string): Promise<FileMap> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [relative(dir, file), await readFile(file)] as const)),
  );
}
