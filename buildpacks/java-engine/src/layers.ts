import { boolean, cachedLayer, integer, optional, releaseMetadata, string, table, temporaryLayer } from "libcnb";

/** The version of the layers' format. Raise it with every change, so that older layers are recreated. */
export const format = 1;

/** The JDK for building apps. */
export const jdkLayer = cachedLayer("jdk", {
  build: true,
  metadata: table({ java: releaseMetadata, format: integer }),
});

/** The runtime of apps. Only a new release changes it, not a new version of this buildpack. */
export const jreLayer = (types: { readonly build: boolean; readonly launch: boolean }) =>
  cachedLayer("jre", {
    ...types,
    metadata: table({ java: releaseMetadata, format: integer, linked: optional(string), inBuild: boolean }),
  });

/** Informs later buildpacks of the Java version that the app will run on. */
export const versionLayer = temporaryLayer("version", { build: true, launch: false });
