import { arch } from "node:process";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { CnbError } from "../../builder-packager/src/errors.ts";
import { archiveOfVersion } from "../../builder-packager/src/lifecycle/fetch.ts";
import { terminalReporter } from "../../builder-packager/src/terminal/terminal-reporter.ts";

/**
 * Downloads or compiles the lifecycle into the cache, where `cnb builder create` finds it.
 *
 * @returns the reason if this is not possible: the release cannot be downloaded, and there is no Go
 */
export async function reasonForNoLifecycle(): Promise<string | undefined> {
  const { env } = process;
  try {
    await archiveOfVersion(undefined, {
      arch: arch === "arm64" ? "arm64" : "amd64",
      cacheDir: cacheDir(env, "lifecycle"),
      reporter: { ...terminalReporter(process.stderr, {}), info() {} },
      env,
      signal: new AbortController().signal,
    });
    return undefined;
  } catch (error) {
    if (error instanceof CnbError && error.code === "LIFECYCLE_UNAVAILABLE")
      return "its release could not be downloaded, and Go is not installed to compile it";
    throw error;
  }
}
