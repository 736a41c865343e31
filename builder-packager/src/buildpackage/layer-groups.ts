import { byKey, isSource, moduleKey, type PackagedModule, type SourceModule } from "./module.ts";

/**
 * The modules (buildpacks and extensions) that share a layer. `"auto"`: a composite buildpack and
 * its TypeScript members share one layer, which contains their program. Every other module has its
 * own layer, as in pack. `"sources"`: all modules that are not yet packaged share one layer.
 * `"all"`: all modules share one layer. `"none"`: each module has its own layer.
 */
export type Flatten = "auto" | "sources" | "all" | "none";

/** The assignment of modules (buildpacks and extensions) to layers. */
export interface LayerPlan {
  readonly flatten: Flatten;
  /**
   * Keys (`id@version`) of modules (buildpacks and extensions) that always have their own layer.
   */
  readonly apart?: ReadonlySet<string>;
}

type Module = SourceModule | PackagedModule;

/**
 * Groups modules (buildpacks and extensions) by the new layer that contains them. Each group is
 * sorted. Modules that are in no group keep their existing layer.
 */
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
