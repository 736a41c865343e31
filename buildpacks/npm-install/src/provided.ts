import { cachedLayer, dependency, string, table } from "libcnb";
import { installKey } from "./install-key.ts";

export const node = dependency("node");
export const npm = dependency("npm");

/** The installed dependencies in the app folder. */
export const nodeModules = dependency("node_modules");

/** npm's download cache. Its metadata names the format, which no npm has changed since version 5. */
export const downloads = cachedLayer("npm-cache", { metadata: table({ format: string }) });

/** A copy of the installed `node_modules`, with development packages, for the next build. */
export const modules = cachedLayer("modules", { metadata: installKey });
