import type { BuildpackToml } from "libcnb/spec";
import type { ModuleKind } from "../config/module-descriptor.ts";
import type { Layer } from "../oci/image.ts";

/** What makes up a buildpack besides its buildpack.toml. */
export type ModuleContent =
  | { readonly kind: "typescript"; readonly entry: string }
  | { readonly kind: "prebuilt" }
  | { readonly kind: "composite" };

/** A buildpack or extension that is packaged from a folder. */
export interface SourceModule {
  readonly kind: ModuleKind;
  readonly id: string;
  readonly version: string;
  readonly dir: string;
  readonly descriptor: BuildpackToml;
  /** The descriptor as its author wrote it. */
  readonly text: Uint8Array;
  readonly content: ModuleContent;
  /** What is packaged beside a program, relative to `dir`; of a prebuilt one everything is. */
  readonly included: readonly string[];
}

/** What the label `io.buildpacks.buildpack.layers` says of one version of a buildpack, in the order of pack's fields. */
export interface ModuleLabel {
  readonly api: string;
  readonly stacks?: unknown;
  readonly targets?: unknown;
  readonly order?: readonly { readonly group: readonly OrderReference[] }[] | undefined;
  readonly layerDiffID: string;
  readonly homepage?: string | undefined;
  readonly name?: string | undefined;
}

/** What the label `io.buildpacks.buildpackage.metadata` says besides, in the order of pack's fields. */
export interface ModuleDescription {
  readonly description?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  readonly "exec-env"?: readonly string[] | undefined;
  /** Capital keys: pack's type has no names for JSON here. */
  readonly licenses?: readonly { readonly Type: string; readonly URI: string }[] | undefined;
  readonly "clear-env"?: boolean | undefined;
}

export interface OrderReference {
  readonly id: string;
  readonly version?: string | undefined;
  readonly optional?: boolean | undefined;
}

/** A buildpack that was packaged before and keeps its layer. */
export interface PackagedModule {
  readonly id: string;
  readonly version: string;
  readonly label: ModuleLabel;
  readonly layer: Layer;
}

export const isSource = (module: SourceModule | PackagedModule): module is SourceModule => "dir" in module;

/** How a buildpack is called in messages and sorted by: `id@version`, as pack does. */
export const moduleKey = ({ id, version }: { readonly id: string; readonly version?: string | undefined }): string =>
  version === undefined ? id : `${id}@${version}`;

export const byKey = (a: { id: string; version: string }, b: { id: string; version: string }): number =>
  Buffer.compare(Buffer.from(moduleKey(a)), Buffer.from(moduleKey(b)));
