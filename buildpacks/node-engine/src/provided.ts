import { cachedLayer, dependency, optional, string, table } from "libcnb";
import { release } from "./inventory.ts";

/** Node.js; a requirement may ask for a version and say in words who asks. */
export const node = dependency("node", table({ version: optional(string), source: optional(string) }));

/** The npm that comes with it. */
export const npm = dependency("npm");

/** The layer with both, in the layout of the upstream archive. */
export const runtime = cachedLayer("node", { build: true, launch: true, metadata: release });
