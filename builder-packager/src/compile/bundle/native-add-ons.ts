import { type BundledPackage, packageKey } from "./packages.ts";

/**
 * Packages that look for a native add-on at run time, in directories that a compiled buildpack does
 * not have.
 */
const loaders: readonly string[] = [
  "bindings",
  "node-gyp-build",
  "node-pre-gyp",
  "@mapbox/node-pre-gyp",
  "prebuildify",
];

/** Returns warnings about packages with native add-ons, which cannot be loaded at run time. */
export const nativeWarnings = (packages: readonly BundledPackage[]): readonly string[] =>
  packages
    .filter(({ name }) => loaders.includes(name))
    .map(
      (each) => `${packageKey(each)} is bundled and loads native add-ons, which a compiled buildpack cannot contain`,
    );
