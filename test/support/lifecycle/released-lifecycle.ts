import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { fetchLifecycle } from "../../../builder-packager/src/lifecycle/fetch.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";

/** The official lifecycle's release, as builders hold it. */
export const releasedLifecycle = () =>
  fetchLifecycle(
    {},
    {
      arch: process.arch === "arm64" ? "arm64" : "amd64",
      cacheDir: cacheDir(process.env, "lifecycle"),
      env: process.env,
      reporter: silentReporter,
      signal: new AbortController().signal,
    },
  );

/** For its phases, which would else look for credentials of clouds that no test is in. */
export const withoutClouds = {
  CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AMAZON: "true",
  CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AZURE: "true",
};
