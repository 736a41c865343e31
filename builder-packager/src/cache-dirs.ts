import { homedir, tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";

/**
 * A folder below cnb's cache: `$LIBCNB_CACHE_DIR`, else `$XDG_CACHE_HOME/libcnb`, else `~/.cache/libcnb`.
 * Without a home (an arbitrary uid in a container) it is a folder of that user below the temporary directory.
 *
 * @example `cacheDir(process.env, "lifecycle")`
 */
export function cacheDir(env: NodeJS.ProcessEnv, ...names: readonly string[]): string {
  return join(cacheRoot(env), ...names);
}

function cacheRoot(env: NodeJS.ProcessEnv): string {
  if (env["LIBCNB_CACHE_DIR"]) return resolve(env["LIBCNB_CACHE_DIR"]);
  if (env["XDG_CACHE_HOME"]) return join(env["XDG_CACHE_HOME"], "libcnb");
  const home = env["HOME"] || passwdHome();
  return home && home !== "/" ? join(home, ".cache", "libcnb") : join(tmpdir(), `libcnb-${process.getuid?.() ?? 0}`);
}

function passwdHome(): string | undefined {
  try {
    return userInfo().homedir || homedir();
  } catch {
    return undefined; // a uid without a passwd entry
  }
}
