import type { LabelledModule } from "../config/module-labels.ts";

export type { ModuleKind } from "../config/module-descriptor.ts";
export type { ModuleDescription, ModuleFacts } from "../config/module-labels.ts";

/** A buildpack or extension with the layer that holds it. Modules of a flattened package share one. */
export type BuilderModule = LabelledModule;

/** How a module is called in messages, and what modules are sorted by. */
export const moduleKey = ({ id, version }: { readonly id: string; readonly version?: string }): string =>
  version === undefined ? id : `${id}@${version}`;
