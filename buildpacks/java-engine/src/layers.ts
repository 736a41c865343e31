import { cachedLayer, releaseMetadata, s, temporaryLayer } from "libcnb";

/**
 * The version of the layers' format. Increase it with every change of the format, so that older
 * layers are recreated.
 */
export const format = 1;

/** The layer with the JDK for building apps. */
export const jdkLayer = cachedLayer("jdk", {
  build: true,
  metadata: s.table({ java: releaseMetadata, format: s.integer }),
});

/**
 * The layer with the runtime of apps. Only a new release of Java changes it, not a new version of
 * this buildpack.
 */
export const jreLayer = (types: { readonly build: boolean; readonly launch: boolean }) =>
  cachedLayer("jre", {
    ...types,
    metadata: s.table({ java: releaseMetadata, format: s.integer, linked: s.optional(s.string), inBuild: s.boolean }),
  });

/** The layer that informs later buildpacks of the Java version that the app will run on. */
export const versionLayer = temporaryLayer("version", { build: true, launch: false });
