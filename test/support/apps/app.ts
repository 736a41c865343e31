import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { execute } from "../cnb.ts";
import { type Command, toolFolder, toolOutput } from "./app-tools.ts";

/** An app as its developer has it: made from files, and by the real tools of their versions. */
export interface App {
  /** A directory to begin with. Default: an empty one. */
  readonly folder?: string;
  /** The generator of a framework, which creates the app's directory `app` in an empty directory. */
  readonly starter?: Command;
  /** Files on top. */
  readonly files?: FileMap;
  /** Files of packages by the path where they are put: `{ ".yarn/releases/yarn.cjs": ["@yarnpkg/cli-dist@4.18.1", "bin/yarn.js"] }`. */
  readonly vendored?: Readonly<Record<string, readonly [tool: string, path: string]>>;
  /**
   * The files that another app's commands created, by the path to put them at: `{ "app.jar":
   * "target/app-1.0.0.jar" }`.
   */
  readonly taken?: { readonly from: App; readonly paths: Readonly<Record<string, string>> };
  /** Run in the app's directory, in this order: what makes its lockfile, for example. */
  readonly commands?: readonly Command[];
  /** Left behind by the commands, but not part of what is built. */
  readonly without?: readonly string[];
}

/**
 * The directory of an app. It is made once and kept in the cache: generators install hundreds of packages. Nobody may change it.
 * What it depends on is fixed by exact versions, as far as the generator does so.
 */
export async function appFolder(app: App): Promise<string> {
  const key = createHash("sha256").update(JSON.stringify(app)).digest("hex").slice(0, 16);
  const dir = cacheDir(process.env, "test-apps", key);
  await populateOnce(dir, (workDir) => makeApp(app, join(workDir, "app")));
  return join(dir, "app");
}

/** A copy of an app with other files. It is the test's to change and to remove. */
export async function changedApp(folder: string, files: FileMap): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "app-"));
  await cp(folder, dir, { recursive: true, verbatimSymlinks: true });
  await writeFiles(dir, files);
  return dir;
}

/** A copy as another developer has it: in another directory, of another time, under another umask. */
export async function appInDirectory(folder: string): Promise<AsyncDisposable & { readonly app: string }> {
  const dir = await mkdtemp(join(tmpdir(), "somewhere else "));
  const app = join(dir, "deep/down/app");
  await cp(folder, app, { recursive: true, verbatimSymlinks: true });
  await execute("chmod", ["-R", "go-rwx", app]);
  await execute("find", [app, "-exec", "touch", "--no-dereference", "--date=2001-02-03 04:05:06", "{}", "+"]);
  return { app, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
}

/** Makes an app in a directory that is not there yet. */
export async function makeApp(app: App, dir: string): Promise<void> {
  const { folder, starter, files = {}, vendored = {}, taken, commands = [], without = [] } = app;
  if (starter) await runTool(starter, dirname(dir));
  else await mkdir(dir);
  if (folder !== undefined) await cp(folder, dir, { recursive: true });
  await writeFiles(dir, files);
  for (const [path, [tool, source]] of Object.entries(vendored)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await cp(join(await toolFolder(tool), source), join(dir, path));
  }
  for (const [path, source] of Object.entries(taken?.paths ?? {})) {
    await cp(join(await appFolder(taken?.from ?? {}), source), join(dir, path), { recursive: true });
  }
  for (const command of commands) await runTool(command, dir);
  for (const path of without) await rm(join(dir, path), { recursive: true, force: true });
}

const runTool = async (command: Command, cwd: string): Promise<void> => void (await toolOutput(command, cwd));
