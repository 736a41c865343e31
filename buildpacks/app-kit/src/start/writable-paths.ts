import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type App, type Logger, UserError } from "libcnb";
import { inDir } from "../folders.ts";

/**
 * Makes paths in the app directory writable at run time. The build's user owns the files, and the
 * app runs as another user of the same group. Therefore the group gets write permission. A path
 * that does not exist is created as a directory.
 *
 * @param paths paths relative to the app, from BP_WRITABLE_PATHS
 * @throws UserError WRITABLE_PATH_INVALID
 */
export async function makeWritable(app: App, paths: readonly string[] | undefined, log: Logger): Promise<void> {
  for (const given of paths ?? []) {
    const path = await pathInApp(app, given);
    if (!(await app.exists(path))) await makeDirectory(app, path, given);
    const { links } = await openTo(app.path(path));
    log.info(`The app may write to ${given} (BP_WRITABLE_PATHS)`);
    if (links > 0)
      log.warn(
        links === 1
          ? `${given} contains a symbolic link. The permissions of its target do not change.`
          : `${given} contains ${links} symbolic links. The permissions of their targets do not change.`,
      );
  }
}

async function pathInApp(app: App, given: string): Promise<string> {
  const parts = given.split("/").filter((part) => part !== "" && part !== ".");
  const path = parts.join("/");
  if (given.startsWith("/")) throw invalid(given, "this path is absolute");
  if (parts.includes("..")) throw invalid(given, "this path is outside of the app");
  for (const [index] of parts.entries())
    if (await isLink(app, parts.slice(0, index + 1).join("/")))
      throw invalid(given, "a part of this path is a symbolic link", "Write the path without symbolic links");
  return path === "" ? "." : path;
}

async function isLink(app: App, path: string): Promise<boolean> {
  return lstat(join(app.dir, path)).then(
    (entry) => entry.isSymbolicLink(),
    () => false,
  );
}

/**
 * Creates the directory. A path that looks like a database or log file is refused. A database
 * creates further files in its directory, so the whole directory must be writable.
 */
async function makeDirectory(app: App, path: string, given: string): Promise<void> {
  const above = path.split("/").slice(0, -1).join("/");
  if (/\.(?:db|sqlite3?|sqlite3?-\w+|log)$/i.test(path))
    throw invalid(
      given,
      "the app has no such file",
      `Set BP_WRITABLE_PATHS=${above === "" ? "." : above} to let the app create the file in this directory`,
    );
  await mkdir(app.path(path), { recursive: true, mode: 0o755 });
}

const invalid = (
  given: string,
  why: string,
  hint = "Write the path of a file or directory relative to the app, such as instance",
) => new UserError("WRITABLE_PATH_INVALID", `BP_WRITABLE_PATHS names "${given}": ${why}`, { hint: `${hint}.` });

/** Lets the group write to a path and all that is below. Links are left alone: they may lead out of the app. */
async function openTo(path: string): Promise<{ readonly links: number }> {
  const entry = await lstat(path);
  if (entry.isSymbolicLink()) return { links: 1 };
  if (!entry.isDirectory()) {
    if (entry.isFile()) await chmod(path, (entry.mode & 0o7777) | 0o060);
    return { links: 0 };
  }
  await chmod(path, (entry.mode & 0o7777) | 0o070);
  let links = 0;
  for (const name of await readdir(path)) links += (await openTo(inDir(path, name))).links;
  return { links };
}
