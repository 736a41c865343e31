import { cachedLayer, s, temporaryLayer } from "libcnb";

/** The inputs of a build. The log shows the names to users. */
const applicationKey = s.table({
  /** The version of this buildpack's own processing of an artifact. */
  format: s.integer,
  /** Name and version of the tool: `Maven 3.9.11`. */
  tool: s.string,
  /** Exact version. */
  jdk: s.string,
  /** Operating system and architecture: what is native comes along with some libraries. */
  target: s.string,
  inputs: s.anyTable,
});

/** The layer with the artifact of the last build. A build without changes reuses it. */
export const applicationLayer = cachedLayer("application", { metadata: applicationKey });

/**
 * The layer that requests an SBOM of the app from later buildpacks (`BPI_JVM_APPLICATION_SBOM`).
 */
export const sbomRequestLayer = temporaryLayer("told", { build: true });

/** The layer with a tool's downloads. It is never in the image. */
export const cacheLayer = cachedLayer("cache", { metadata: s.table({ tool: s.string }) });
