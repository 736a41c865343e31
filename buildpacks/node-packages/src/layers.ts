import { cachedLayer, launchLayer, s, temporaryLayer } from "libcnb";
import { buildKey } from "./keep/build-key.ts";
import { installKey } from "./keep/install-key.ts";

/** The layer that caches the packed downloads of the package manager. */
export const downloads = cachedLayer("downloads", { metadata: s.table({ manager: s.string }) });

/** The layer whose directory the package manager uses for downloads and logs during the build. */
export const workFolder = temporaryLayer("work", { build: false });

/**
 * The layer that caches the packed installation for the next build, including development packages.
 */
export const installation = cachedLayer("installation", { metadata: installKey });

/** The layer that caches the packed caches of build tools. */
export const buildCaches = cachedLayer("build-caches", { metadata: s.table({ node: s.string, project: s.string }) });

/** The layer that caches the packed result of a build, for the next build with the same inputs. */
export const result = cachedLayer("result", { metadata: buildKey });

/** The layer with environment variables of processes. It contains no files. */
export const launchEnvironment = launchLayer("launch-environment", { metadata: s.table({ format: s.integer }) });
