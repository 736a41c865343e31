import * as v from "valibot";
import type { Image } from "../oci/model/image.ts";
import { object, record } from "../schema.ts";
import { decodedLabel } from "./json-label.ts";

/**
 * The runtime of each phase of a module that was compiled from TypeScript: `small`, `node` or
 * `script`. A buildpack has `build`, an extension has `generate`.
 */
export interface ModuleRuntime {
  readonly detect: string;
  readonly build?: string;
  readonly generate?: string;
}

/**
 * The runtimes of the modules (buildpacks and extensions) in a package, by `id@version`. Modules
 * that were not compiled from TypeScript are absent.
 */
export type ModuleRuntimes = ReadonlyMap<string, ModuleRuntime>;

const label = "io.libcnb.runtimes";
const text = v.optional(v.nullable(v.string()));
const runtimesSchema = record(v.string(), object({ detect: v.string(), build: text, generate: text }));

/**
 * Returns the label of a package that records the runtimes of its modules (buildpacks and
 * extensions). Returns no label if there are no runtimes.
 */
export function runtimesLabel(runtimes: ModuleRuntimes): Record<string, string> {
  if (runtimes.size === 0) return {};
  return { [label]: JSON.stringify(Object.fromEntries(runtimes)) };
}

/**
 * Reads the runtimes that `cnb` records in packages. The result is empty for a package that another
 * tool created.
 *
 * @throws CnbError LABEL_INVALID
 * @example `runtimesOf(image, "dist/hello.cnb").get("acme/hello@0.1.0")?.detect`
 */
export function runtimesOf(image: Image, where: string): ModuleRuntimes {
  const content = decodedLabel(runtimesSchema, image, label, where) ?? {};
  return new Map(Object.entries(content as Readonly<Record<string, ModuleRuntime>>));
}
