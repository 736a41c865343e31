import type { LabelledModule } from "../../config/module-labels.ts";

export type { ModuleKind } from "../../config/module-descriptor.ts";
export type { ModuleDescription, ModuleFacts } from "../../config/module-labels.ts";

/** A buildpack or extension with its layer. Modules of a flattened package share one layer. */
export type BuilderModule = LabelledModule;

/**
 * Returns the key of a module (a buildpack or an extension), `id@version`. Messages contain the
 * key, and modules are sorted by it.
 */
export const moduleKey = ({ id, version }: { readonly id: string; readonly version?: string }): string =>
  version === undefined ? id : `${id}@${version}`;
