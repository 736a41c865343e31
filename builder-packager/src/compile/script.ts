import { type Bundle, type BundleOptions, bundle } from "./bundle/bundle.ts";
import type { EntryModule } from "./bundle/entry-source.ts";
import { type BundledPackage, bundledPackages } from "./bundle/packages.ts";
import { type PackageLicense, packageLicenses } from "./licenses/licenses.ts";
import { tarballDigests } from "./licenses/npm-integrity.ts";

/** The result of reading buildpacks' sources, sufficient to make an executable. */
export interface Script extends Pick<Bundle, "code" | "map" | "notices" | "warnings"> {
  /** The packages in it. */
  readonly packages: readonly BundledPackage[];
  readonly licenses: readonly PackageLicense[];
  /** SHA-512 digests of the packages' tarballs, by `name@version`. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Creates the script of buildpacks from their sources. */
export type ScriptCompiler = (
  modules: readonly [EntryModule, ...EntryModule[]],
  options: BundleOptions,
) => Promise<Script>;

/**
 * Bundles trusted sources, and reads the metadata of their packages.
 *
 * @throws CnbError COMPILE_FAILED
 */
export const readScript: ScriptCompiler = async (modules, options) => {
  const { files, ...script } = await bundle(modules, options);
  const packages = bundledPackages(files, modules);
  return { ...script, packages, licenses: await packageLicenses(packages), digests: tarballDigests(packages) };
};
