import { join } from "node:path";
import { descriptorWarnings, type ModuleKind } from "../config/module-descriptor.ts";
import { usedDirectory } from "../config/used-directory.ts";
import { defined } from "../defined.ts";
import { exists } from "../files/exists.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { descriptionOf, factsOf } from "./facts.ts";
import type { LayeredModule } from "./labels.ts";
import { makeLayers } from "./layers.ts";
import { isSource, type PackagedModule } from "./module.ts";
import type { PackageContext } from "./package-request.ts";
import { type Confinement, collect, openSource, uniqueModules } from "./sources/collect.ts";

/** Options of {@link packageModules}. */
export interface PackageModulesOptions extends PackageContext {
  readonly store: BlobStore;
  readonly registry?: RegistryOptions;
  /**
   * True to put all modules (buildpacks and extensions) into one layer, with one executable for the
   * TypeScript ones. @default true
   */
  readonly flatten?: boolean;
  /** True if `cwd` may belong to an app. npm then ignores the app's .npmrc. */
  readonly ignoresProject?: boolean | undefined;
  /** The restrictions for sources that belong to an untrusted app. @default none */
  readonly confinement?: Confinement | undefined;
}

/**
 * Packages the buildpacks and extensions in the directories. A composite buildpack is packaged with
 * the members in its package.toml. All TypeScript modules, including extensions, share one
 * executable in one layer. The result is sorted by id and version.
 *
 * @throws CnbError BUILDPACK_…, COMPILE_FAILED, TARGET_UNSUPPORTED
 * @example
 * `await packageModules(["/src/nodejs", "/src/python"], platform, { store, env, cwd, reporter })`
 */
export async function packageModules(
  dirs: readonly string[],
  platform: Platform,
  { flatten = true, ...options }: PackageModulesOptions,
): Promise<readonly PackagedModule[]> {
  const { registry, reporter, confinement } = options;
  const compileConfined = confinement?.compiler;
  const collections = [];
  for (const dir of dirs) {
    const confinedTo = confinement?.root;
    const source = await openSource(dir, { ...options, confinedTo, kind: await kindOf(dir) });
    collections.push(await collect(source, { ...options, platform, ...defined({ registry }) }));
  }
  const modules = uniqueModules(collections.flatMap((collection) => collection.modules));
  for (const { kind, dir, descriptor } of modules.filter(isSource)) {
    for (const warning of descriptorWarnings(descriptor, join(dir, `${kind}.toml`))) reporter.warn(warning);
  }
  const made = await makeLayers(modules, {
    ...options,
    compileConfined,
    platform,
    flatten: flatten ? "sources" : "none",
  });
  for (const warning of new Set(made.executables.flatMap(({ report }) => report.warnings))) reporter.warn(warning);
  recordDirectories(made.layered, registry);
  return made.layered.map((each) => described(each, platform));
}

/**
 * Reports the modules (buildpacks and extensions) that were read from directories to the callback
 * `usedModule` of the registry options. Packaged modules are left out, because they were reported
 * when their image was read.
 */
export function recordDirectories(layered: readonly LayeredModule[], registry: RegistryOptions | undefined): void {
  for (const { module, layer } of layered)
    if (isSource(module)) registry?.usedModule?.(usedDirectory({ ...module, layer }));
}

/**
 * Returns `buildpack` or `extension` for the module in a directory. A directory without either is
 * reported as having no buildpack.
 */
const kindOf = async (dir: string): Promise<ModuleKind> =>
  (await exists(join(dir, "extension.toml"))) && !(await exists(join(dir, "buildpack.toml")))
    ? "extension"
    : "buildpack";

function described({ module, layer, runtime }: LayeredModule, platform: Platform): PackagedModule {
  if (!isSource(module)) return { ...module, layer };
  const { kind, id, version } = module;
  return {
    kind,
    id,
    version,
    facts: factsOf(module, platform),
    description: descriptionOf(module),
    layer,
    ...defined({ runtime }),
  };
}
