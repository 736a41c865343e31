import { type BundledPackage, packageKey } from "./packages.ts";

/** Packages that look for a native add-on when they run, in folders that a compiled buildpack has not got. */
const loaders: readonly string[] = [
  "bindings",
  "node-gyp-build",
  "node-pre-gyp",
  "@mapbox/node-pre-gyp",
  "prebuildify",
];

/** Warns about packages that load native add-ons, which fails at run time. */
export const nativeWarnings = (packages: readonly BundledPackage[]): readonly string[] =>
  packages
    .filter(({ name }) => loaders.includes(name))
    .map(
      (each) => `${packageKey(each)} is bundled and loads native add-ons, which a compiled buildpack cannot contain`,
    );
