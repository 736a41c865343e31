import { chmodSync, lstatSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { CnbError } from "./errors.ts";

/**
 * Returns the path of a directory below cnb's cache: `$LIBCNB_CACHE_DIR`, or else
 * `$XDG_CACHE_HOME/libcnb`, or else `~/.cache/libcnb`. If the user has no home directory (an
 * arbitrary uid in a container), the cache is a private directory in the temporary directory.
 *
 * @throws CnbError OUTPUT_UNWRITABLE if the cache would be below /proc, if it would be in the
 * temporary directory and another user can write to it, or if LIBCNB_CACHE_DIR is a directory with
 * other files, some of which cnb would remove
 * @example `cacheDir(process.env, "lifecycle")`
 */
export function cacheDir(env: NodeJS.ProcessEnv, ...names: readonly string[]): string {
  const root = cacheRoot(env) ?? temporaryRoot(names.length > 0);
  // Node's recursive mkdir never ends below /proc, where the kernel always returns ENOENT.
  if (/^\/proc(\/|$)/.test(existingPart(resolve(root))))
    throw new CnbError(
      "OUTPUT_UNWRITABLE",
      `${root} cannot be the cache directory: files cannot be created below /proc`,
      {
        hint: "Set LIBCNB_CACHE_DIR to a directory that you can write to.",
      },
    );
  if (!roots.has(resolve(root)) && env["LIBCNB_CACHE_DIR"]) refuseForeign(root);
  roots.add(resolve(root));
  if (names[0] !== undefined) {
    mark(root);
    closeToOthers(join(root, names[0]));
  }
  return join(root, ...names);
}

const roots = new Set<string>();

/** A file that marks a directory as a cache of cnb, regardless of other files in it. */
const marker = ".libcnb-cache";

/** Files by which caches of earlier versions, which have no marker, are recognized. */
const earlierMarkers: readonly string[] = ["pruned", "running", "sizes.json"];

/** The names of the directories in the cache, which cnb makes private and prunes. */
export const cacheDirectories: readonly string[] = [
  "base",
  "blobs",
  "builds",
  "compiler",
  "dependencies",
  "downloads",
  "engine",
  "engines",
  "executables",
  "extended",
  "extracted",
  "lifecycle",
  "node",
  "rootfs",
  "run",
  "unpacked",
  "unpacked-layers",
  "work",
];

/**
 * Refuses a directory that contains other files. For example, the home directory and `/` may have
 * directories with the names of cache directories, which cnb would prune after two weeks.
 */
function refuseForeign(root: string): void {
  const names = namesIn(root);
  if (names.includes(marker) || names.some((name) => earlierMarkers.includes(name))) return;
  const taken = names.find((name) => cacheDirectories.includes(name));
  const foreign = names.find((name) => !cacheDirectories.includes(name) && !/^\.|^lost\+found$/.test(name));
  if (taken === undefined || foreign === undefined) return;
  const what = `it contains ${foreign}, which cnb did not create, and the directory ${taken}, from which cnb would remove files`;
  throw new CnbError("OUTPUT_UNWRITABLE", `${root} cannot be the cache directory: ${what}`, {
    hint: `Set LIBCNB_CACHE_DIR to a directory only for this cache, such as ${join(root, "libcnb")}.`,
  });
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // none yet, or whatever is wrong is reported by what is written there next
  }
}

function mark(root: string): void {
  if (marked.has(root)) return;
  marked.add(root);
  try {
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, marker), "cnb keeps files here and removes them when nothing uses them any more.\n", {
      flag: "wx",
    });
  } catch {
    // there already, or whatever is wrong is reported by what is written there next
  }
}

const marked = new Set<string>();

/**
 * Registers a directory as the root of a cache of this process, unless it is inside a known cache.
 */
export function useCache(dir: string): void {
  const root = resolve(dir);
  if (cacheRootOf(root) === undefined) roots.add(root);
}

/**
 * Returns the root of the cache that contains a path; undefined if no cache of this process
 * contains the path.
 */
export function cacheRootOf(path: string): string | undefined {
  const whole = resolve(path);
  return [...roots].find((root) => whole === root || whole.startsWith(`${root}/`));
}

export const unwritableCache = (cache: string, cause: unknown): CnbError =>
  new CnbError("CACHE_UNWRITABLE", `the cache directory ${cache} cannot be created or written`, {
    cause,
    hint: "Set LIBCNB_CACHE_DIR to a directory that you can write to.",
  });

/**
 * Returns the root of the cache that contains a path or will contain it; undefined if there is
 * none.
 */
export function cacheAround(path: string): string | undefined {
  const whole = resolve(path);
  return cacheRootOf(whole) ?? [...roots].find((root) => root.startsWith(whole === "/" ? "/" : `${whole}/`));
}

/**
 * Creates a directory that only its owner can enter, regardless of the umask. If the directory
 * exists, its mode is restricted. This protects setuid files in unpacked images, and secrets of
 * running builds. The setgid bit is removed. Otherwise, new directories would inherit it from their
 * parent, and the layers of an image would depend on the location of the cache.
 */
export function closeToOthers(dir: string): void {
  closed.add(dir);
  try {
    mkdirSync(dirname(dir), { recursive: true }); // backends that give up being root pass through these
    if (lstatSync(dir, { throwIfNoEntry: false }) === undefined) mkdirSync(dir, { mode: 0o700 });
    const { mode } = lstatSync(dir);
    // A group may pass through, but not look around: see letThrough of the sandbox.
    if (mode & 0o2067) chmodSync(dir, mode & 0o067 ? 0o700 : mode & 0o777);
  } catch {
    // The next write to the directory reports the problem.
  }
}

const closed = new Set<string>();

/**
 * True if this process has made the directory private. cnb must not change the modes of directories
 * that it did not create, such as those of volumes.
 */
export const isClosedByUs = (dir: string): boolean => closed.has(dir);

function existingPart(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : existingPart(dirname(path));
  }
}

/** The root of the cache; undefined without a setting or a home directory. */
function cacheRoot(env: NodeJS.ProcessEnv): string | undefined {
  if (env["LIBCNB_CACHE_DIR"]) return resolve(env["LIBCNB_CACHE_DIR"]);
  const shared = env["XDG_CACHE_HOME"];
  // https://specifications.freedesktop.org/basedir-spec/latest/: a relative path is invalid and ignored
  if (shared && isAbsolute(shared)) return join(shared, "libcnb");
  const home = env["HOME"] || passwdHome();
  return home && home !== "/" ? resolve(home, ".cache", "libcnb") : undefined;
}

/**
 * The root in the temporary directory. Its name is predictable, so another user could create it
 * first and put programs there: such a directory is refused.
 */
function temporaryRoot(make: boolean): string {
  const uid = process.getuid?.() ?? 0;
  const root = resolve(tmpdir(), `libcnb-${uid}`);
  if (make) makePrivate(root);
  const stats = lstatSync(root, { throwIfNoEntry: false });
  if (stats === undefined || (stats.isDirectory() && stats.uid === uid && (stats.mode & 0o022) === 0)) return root;
  throw new CnbError(
    "OUTPUT_UNWRITABLE",
    `${root} cannot be the cache directory: other users can write to it, or it is not a directory of yours`,
    {
      hint: "Set LIBCNB_CACHE_DIR to a directory that only you can write to.",
    },
  );
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
