import { byKey, isSource, moduleKey, type PackagedModule, type SourceModule } from "./module.ts";

/**
 * The modules that share a layer. `"auto"`: TypeScript members of a composite buildpack share one,
 * and so their program, with the composite; all others have their own, as in pack. `"sources"`: all
 * that are not yet packaged. `"all"`: everything. `"none"`: nothing.
 */
export type Flatten = "auto" | "sources" | "all" | "none";

/** The assignment of modules to layers. */
export interface LayerPlan {
  readonly flatten: Flatten;
  /** Keys of modules that have their own layer in any case. */
  readonly apart?: ReadonlySet<string>;
}

type Module = SourceModule | PackagedModule;

/** The modules of each new layer, sorted. Modules in none of them keep their existing layer. */
export function groupModules(
  modules: readonly Module[],
  { flatten, apart = new Set() }: LayerPlan,
): readonly Module[][] {
  const shared = modules.filter((module) => !apart.has(moduleKey(module)) && mayShare(module, flatten));
  // a composite one alone shares with nobody
  const grouped = flatten === "auto" && shared.filter(isProgram).length < 2 ? [] : shared;
  const alone = modules.filter((module) => isSource(module) && !grouped.includes(module));
  return [...(grouped.length > 0 ? [grouped.toSorted(byKey)] : []), ...alone.map((module) => [module])];
}

function mayShare(module: Module, flatten: Flatten): boolean {
  if (flatten === "all") return true;
  if (!isSource(module) || flatten === "none") return false;
  return flatten === "sources" || isProgram(module) || module.content.kind === "composite";
}

const isProgram = (module: Module): boolean => isSource(module) && module.content.kind === "typescript";
