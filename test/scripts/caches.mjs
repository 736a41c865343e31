// Where npm and cnb keep downloads, for the host's own Node.js (20 or newer), no dependencies.
import { accessSync, constants, existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * The caches that cannot be written, and where in the checkout they are instead. A user without a writable home directory, as an
 * arbitrary uid of a container is, has no others.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} root of the checkout
 * @param {(dir: string) => boolean} isWritable
 */
export function movedCaches(env, root, isWritable = canWrite) {
  const home = env["HOME"] || homeOfUser();
  const caches = {
    LIBCNB_CACHE_DIR: env["LIBCNB_CACHE_DIR"] || join(env["XDG_CACHE_HOME"] || join(home, ".cache"), "libcnb"),
    npm_config_cache: env["npm_config_cache"] || join(home, ".npm"), // `npm run` sets it, to its default at least
  };
  return Object.entries(caches)
    .filter(([, dir]) => !isWritable(dir))
    .map(([name, dir]) => ({ name, dir, to: join(root, "dist", "cache", name) }));
}

/** A uid without a passwd entry has none. */
function homeOfUser() {
  try {
    return homedir();
  } catch {
    return "/";
  }
}

/**
 * Whether a directory can be written, or be made where it does not exist.
 *
 * @param {string} dir
 * @returns {boolean}
 */
export function canWrite(dir) {
  if (!existsSync(dir)) return dirname(dir) !== dir && canWrite(dirname(dir));
  try {
    accessSync(dir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
