import { jsonLabel } from "../../config/json-label.ts";
import { type ModuleLayers, moduleLayersOf } from "../../config/module-labels.ts";
import type { Image } from "../../oci/model/image.ts";
import type { GoValue } from "../../platform/formats/go-json.ts";
import type { ModuleKind } from "../modules/module.ts";

/** The buildpacks and extensions that a build image contains if it is itself a builder. */
export interface BaseBuilder {
  readonly layers: Readonly<Record<ModuleKind, ModuleLayers>>;
  /** The entries of the builder's metadata label, by kind and unchanged. */
  readonly described: Readonly<Record<ModuleKind, readonly GoValue[]>>;
}

/**
 * Reads the buildpacks and extensions that a build image contains. Most build images contain none.
 *
 * @throws CnbError LABEL_INVALID
 */
export function baseBuilder(image: Image, where: string): BaseBuilder {
  const metadata = jsonLabel(image, "io.buildpacks.builder.metadata", where) as
    | { readonly buildpacks?: unknown; readonly extensions?: unknown }
    | null
    | undefined;
  return {
    layers: {
      buildpack: moduleLayersOf(image, "buildpack", where),
      extension: moduleLayersOf(image, "extension", where),
    },
    described: { buildpack: entriesOf(metadata?.buildpacks), extension: entriesOf(metadata?.extensions) },
  };
}

const entriesOf = (list: unknown): readonly GoValue[] =>
  Array.isArray(list) ? list.filter((entry) => typeof entry === "object" && entry !== null) : [];
