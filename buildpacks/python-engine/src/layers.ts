import { cachedLayer, releaseMetadata, s, temporaryLayer } from "libcnb";

/**
 * The version of the layers' format. Increase it with every change of the format, so that older
 * layers are recreated.
 */
export const runtimeFormat = 2;

/**
 * The layer with the runtime of apps. Only a new release of Python changes it, not a new version of
 * this buildpack.
 */
export const runtimeLayer = (launch: boolean) =>
  cachedLayer("python", {
    build: true,
    launch,
    metadata: s.table({ python: releaseMetadata, format: s.integer, tkinter: s.boolean, libpython: s.boolean }),
  });

/** The layer with the files for installing and compiling packages: pip, headers, libpython. */
export const developmentLayer = cachedLayer("development", {
  build: true,
  metadata: s.table({ python: releaseMetadata, format: s.integer }),
});

/** The layer with the program that runs before each process. */
export const limitsLayer = temporaryLayer("limits", { build: false, launch: true });
