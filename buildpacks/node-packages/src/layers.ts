import { cachedLayer, launchLayer, s, temporaryLayer } from "libcnb";
import { buildKey } from "./keep/build-key.ts";
import { installKey } from "./keep/install-key.ts";

/** The layer with the packed downloads of the package manager. */
export const downloads = cachedLayer("downloads", { metadata: s.table({ manager: s.string }) });

/** The layer that is the package manager's directory for downloads and logs. */
export const workFolder = temporaryLayer("work", { build: false });

/** The layer with the packed installation including development packages, for the next build. */
export const installation = cachedLayer("installation", { metadata: installKey });

/** The layer with the packed caches of build tools. */
export const buildCaches = cachedLayer("build-caches", { metadata: s.table({ node: s.string, project: s.string }) });

/** The layer with the packed result of a build, for the next build of the same inputs. */
export const result = cachedLayer("result", { metadata: buildKey });

/** The layer with environment variables of processes. It contains no files. */
export const launchEnvironment = launchLayer("launch-environment", { metadata: s.table({ format: s.integer }) });
