import { cachedLayer, dependency, string, table, temporaryLayer } from "libcnb";
import { buildKey } from "./build-key.ts";
import { installKey } from "./install-key.ts";

export const node = dependency("node");
export const npm = dependency("npm");

/** The installed dependencies in the app folder. */
export const nodeModules = dependency("node_modules");

/** npm's downloads, packed. Its metadata names the format, which no npm has changed since version 5. */
export const downloads = cachedLayer("npm-cache", { metadata: table({ format: string }) });

/** Where npm keeps its downloads and logs while it runs. */
export const npmWork = temporaryLayer("npm-work", { build: false });

/** The installed `node_modules`, packed, with development packages, for the next build. */
export const modules = cachedLayer("modules", { metadata: installKey });

/** What a build made of the app folder, packed, for the next build of the same inputs. */
export const result = cachedLayer("result", { metadata: buildKey });
