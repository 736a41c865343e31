import { type BundleOptions, bundle } from "./bundle/bundle.ts";
import type { Bundle } from "./bundle/bundler.ts";
import type { EntryModule } from "./bundle/entry-source.ts";
import { type BundledPackage, bundledPackages } from "./bundle/packages.ts";
import { type PackageLicense, packageLicenses } from "./licenses/licenses.ts";
import { tarballDigests } from "./licenses/npm-integrity.ts";
import { nodeLayer } from "./small/node-layer.ts";

/**
 * The result of compiling buildpacks' sources: everything that is needed to create an executable.
 */
export interface Script extends Pick<Bundle, "code" | "map" | "chunks" | "notices" | "warnings"> {
  /** The packages whose code is in the script. */
  readonly packages: readonly BundledPackage[];
  readonly licenses: readonly PackageLicense[];
  /** The SHA-512 digests of the packages' tarballs, by `name@version`. */
  readonly digests: ReadonlyMap<string, string>;
}

/** A function that compiles the sources of buildpacks into a script. */
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
  const layer = options.runtime === "small" ? (await nodeLayer()).files : [];
  const packages = bundledPackages([...files, ...layer], modules);
  return { ...script, packages, licenses: await packageLicenses(packages), digests: tarballDigests(packages) };
};
