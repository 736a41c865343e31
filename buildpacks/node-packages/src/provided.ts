import { cachedLayer, integer, launchLayer, string, table, temporaryLayer } from "libcnb";
import { buildKey } from "./keep/build-key.ts";
import { installKey } from "./keep/install-key.ts";

/** Downloads of the package manager, packed. */
export const downloads = cachedLayer("downloads", { metadata: table({ manager: string }) });

/** Where the package manager keeps its downloads and logs while it runs. */
export const workFolder = temporaryLayer("work", { build: false });

/** What was installed, packed, with development packages, for the next build. */
export const installation = cachedLayer("installation", { metadata: installKey });

/** Caches of build tools, packed. */
export const buildCaches = cachedLayer("build-caches", { metadata: table({ node: string, project: string }) });

/** What a build made of the app folder, packed, for the next build of the same inputs. */
export const result = cachedLayer("result", { metadata: buildKey });

/** Variables of the processes; nothing else is in it. */
export const launchEnvironment = launchLayer("launch-environment", { metadata: table({ format: integer }) });
