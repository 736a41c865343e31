import { boolean, cachedLayer, integer, optional, releaseMetadata, string, table, temporaryLayer } from "libcnb";

/** How the layers are made of a release. Raise it with every change: layers of older versions are then made anew. */
export const format = 1;

/** What apps are built with. */
export const jdkLayer = cachedLayer("jdk", {
  build: true,
  metadata: table({ java: releaseMetadata, format: integer }),
});

/** What apps run on. Nothing else moves it: no new version of this buildpack. */
export const jreLayer = (types: { readonly build: boolean; readonly launch: boolean }) =>
  cachedLayer("jre", {
    ...types,
    metadata: table({ java: releaseMetadata, format: integer, linked: optional(string), inBuild: boolean }),
  });

/** Tells later buildpacks on which version the app will run. */
export const versionLayer = temporaryLayer("version", { build: true, launch: false });
