import { arch } from "node:process";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { CnbError } from "../../builder-packager/src/errors.ts";
import { archiveOfVersion } from "../../builder-packager/src/lifecycle/fetch.ts";
import { terminalReporter } from "../../builder-packager/src/terminal/terminal-reporter.ts";

/**
 * Gets the lifecycle into the cache, where `cnb builder create` finds it.
 *
 * @returns why none can be had: neither its release can be downloaded, nor Go build it
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
      return "neither its release could be downloaded nor is there a Go that builds it";
    throw error;
  }
}
