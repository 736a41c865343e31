import { boolean, cachedLayer, integer, releaseMetadata, table, temporaryLayer } from "libcnb";

/** How the layers are made of a release. Raise it with every change: layers of older versions are then made anew. */
export const runtimeFormat = 2;

/** What runs apps. Nothing else moves it: no new version of this buildpack. */
export const runtimeLayer = (launch: boolean) =>
  cachedLayer("python", {
    build: true,
    launch,
    metadata: table({ python: releaseMetadata, format: integer, tkinter: boolean, libpython: boolean }),
  });

/** What packages are installed and compiled with: pip, headers, libpython. */
export const developmentLayer = cachedLayer("development", {
  build: true,
  metadata: table({ python: releaseMetadata, format: integer }),
});

/** The program that runs before each process. */
export const limitsLayer = temporaryLayer("limits", { build: false, launch: true });
