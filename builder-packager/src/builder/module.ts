import type { DeclaredTarget } from "libcnb/spec";
import type { Layer } from "../oci/image.ts";
import type { OrderGroup } from "./builder-toml.ts";

export type ModuleKind = "buildpack" | "extension";

/** What the label `io.buildpacks.<kind>.layers` says of one version of a buildpack or extension. */
export interface ModuleFacts {
  readonly api: string;
  readonly stacks?: readonly { readonly id: string; readonly mixins?: readonly string[] | undefined }[];
  readonly targets?: readonly DeclaredTarget[];
  /** Only composite buildpacks have one. */
  readonly order?: readonly OrderGroup[];
  readonly homepage?: string;
  readonly name?: string;
}

/** What the label `io.buildpacks.builder.metadata` says besides: as far as the module's source tells it. */
export interface ModuleDescription {
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly "exec-env"?: readonly string[];
  /** Capital keys: pack writes them so. */
  readonly licenses?: readonly { readonly Type?: string; readonly URI?: string }[];
  readonly "clear-env"?: boolean;
}

/** A buildpack or extension with the layer that holds it. Modules of a flattened package share one. */
export interface BuilderModule {
  readonly kind: ModuleKind;
  readonly id: string;
  readonly version: string;
  readonly facts: ModuleFacts;
  readonly description: ModuleDescription;
  readonly layer: Layer;
}

/** How a module is called in messages, and what modules are sorted by. */
export const moduleKey = ({ id, version }: { readonly id: string; readonly version?: string }): string =>
  version === undefined ? id : `${id}@${version}`;
