import { boolean, cachedLayer, integer, releaseMetadata, table, temporaryLayer } from "libcnb";

/** The version of the layers' format. Raise it with every change, so that older layers are recreated. */
export const runtimeFormat = 2;

/** The runtime of apps. Only a new release changes it, not a new version of this buildpack. */
export const runtimeLayer = (launch: boolean) =>
  cachedLayer("python", {
    build: true,
    launch,
    metadata: table({ python: releaseMetadata, format: integer, tkinter: boolean, libpython: boolean }),
  });

/** The files for installing and compiling packages: pip, headers, libpython. */
export const developmentLayer = cachedLayer("development", {
  build: true,
  metadata: table({ python: releaseMetadata, format: integer }),
});

/** The program that runs before each process. */
export const limitsLayer = temporaryLayer("limits", { build: false, launch: true });
