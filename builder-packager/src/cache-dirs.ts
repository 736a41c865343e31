import { chmodSync, lstatSync, mkdirSync, realpathSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CnbError } from "./errors.ts";

/**
 * A folder below cnb's cache: `$LIBCNB_CACHE_DIR`, else `$XDG_CACHE_HOME/libcnb`, else `~/.cache/libcnb`.
 * Without a home (an arbitrary uid in a container) it is a folder of that user below the temporary directory.
 *
 * @throws CnbError OUTPUT_UNWRITABLE when it is below /proc, or in the temporary directory and not this user's alone.
 * @example `cacheDir(process.env, "lifecycle")`
 */
export function cacheDir(env: NodeJS.ProcessEnv, ...names: readonly string[]): string {
  const root = cacheRoot(env) ?? temporaryRoot(names.length > 0);
  // Node's recursive mkdir never ends below /proc, where the kernel says ENOENT for ever.
  if (/^\/proc(\/|$)/.test(existingPart(resolve(root))))
    throw new CnbError("OUTPUT_UNWRITABLE", `the cache cannot be at ${root}: nothing can be written below /proc`, {
      hint: "Set LIBCNB_CACHE_DIR to a folder that you can write.",
    });
  roots.add(resolve(root));
  if (names[0] !== undefined) closeToOthers(join(root, names[0]));
  return join(root, ...names);
}

const roots = new Set<string>();

/** Makes a directory known as the root of a cache that this process uses; one inside of a known cache is a part of that. */
export function useCache(dir: string): void {
  const root = resolve(dir);
  if (cacheRootOf(root) === undefined) roots.add(root);
}

/** The root of the cache that a path is in. Undefined for a path outside of the caches that this process uses. */
export function cacheRootOf(path: string): string | undefined {
  const whole = resolve(path);
  return [...roots].find((root) => whole === root || whole.startsWith(`${root}/`));
}

/**
 * Makes a directory that only its owner may enter, whatever the umask, and closes one that is open. Unpacked images hold files
 * that give their user's rights to whoever starts them (setuid), running builds hold secrets.
 */
export function closeToOthers(dir: string): void {
  closed.add(dir);
  try {
    mkdirSync(dirname(dir), { recursive: true }); // backends that give up being root pass through these
    if (lstatSync(dir, { throwIfNoEntry: false }) === undefined) mkdirSync(dir, { mode: 0o700 });
    const { mode } = lstatSync(dir);
    // A group may pass through, but not look around: see letThrough of the sandbox.
    if (mode & 0o067) chmodSync(dir, 0o700);
  } catch {
    // Whatever is wrong is reported by what is written there next.
  }
}

const closed = new Set<string>();

/** Whether this process has closed a directory. Others, such as those of volumes, are nobody's to open. */
export const isClosedByUs = (dir: string): boolean => closed.has(dir);

function existingPart(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : existingPart(dirname(path));
  }
}

/** Undefined when nobody says where, and the user has no home. */
function cacheRoot(env: NodeJS.ProcessEnv): string | undefined {
  if (env["LIBCNB_CACHE_DIR"]) return resolve(env["LIBCNB_CACHE_DIR"]);
  if (env["XDG_CACHE_HOME"]) return join(env["XDG_CACHE_HOME"], "libcnb");
  const home = env["HOME"] || passwdHome();
  return home && home !== "/" ? join(home, ".cache", "libcnb") : undefined;
}

/** Everybody knows this name and may make it first: programs in it would be somebody else's. */
function temporaryRoot(make: boolean): string {
  const uid = process.getuid?.() ?? 0;
  const root = join(tmpdir(), `libcnb-${uid}`);
  if (make) makePrivate(root);
  const stats = lstatSync(root, { throwIfNoEntry: false });
  if (stats === undefined || (stats.isDirectory() && stats.uid === uid && (stats.mode & 0o022) === 0)) return root;
  throw new CnbError("OUTPUT_UNWRITABLE", `the cache cannot be at ${root}: somebody else may write there`, {
    hint: "Set LIBCNB_CACHE_DIR to a folder that only you can write.",
  });
}

function makePrivate(dir: string): void {
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch {
    // there already; whatever else is wrong shows when something is written
  }
}

function passwdHome(): string | undefined {
  try {
    return userInfo().homedir || homedir();
  } catch {
    return undefined; // a uid without a passwd entry
  }
}
