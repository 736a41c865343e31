import { cachedLayer, integer, launchLayer, string, table, temporaryLayer } from "libcnb";
import { buildKey } from "./keep/build-key.ts";
import { installKey } from "./keep/install-key.ts";

/** Downloads of the package manager, packed. */
export const downloads = cachedLayer("downloads", { metadata: table({ manager: string }) });

/** The package manager's directory for downloads and logs. */
export const workFolder = temporaryLayer("work", { build: false });

/** The packed installation with development packages, for the next build. */
export const installation = cachedLayer("installation", { metadata: installKey });

/** Caches of build tools, packed. */
export const buildCaches = cachedLayer("build-caches", { metadata: table({ node: string, project: string }) });

/** The packed result of a build, for the next build of the same inputs. */
export const result = cachedLayer("result", { metadata: buildKey });

/** The layer of the processes' environment variables. It contains no files. */
export const launchEnvironment = launchLayer("launch-environment", { metadata: table({ format: integer }) });
