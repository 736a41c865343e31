import { anyTable, cachedLayer, integer, string, table, temporaryLayer } from "libcnb";

/** What a build depends on; names are read by users. */
const applicationKey = table({
  /** Of what this buildpack itself makes of what was built. */
  format: integer,
  /** Name and version of the tool: `Maven 3.9.11`. */
  tool: string,
  /** Exact version. */
  jdk: string,
  /** Operating system and architecture: what is native comes along with some libraries. */
  target: string,
  inputs: anyTable,
});

/** The last build's artifact as it goes into the image, for builds without changes. */
export const applicationLayer = cachedLayer("application", { metadata: applicationKey });

/** Asks later buildpacks for the SBOM of the app (`BPI_JVM_APPLICATION_SBOM`). */
export const sbomRequestLayer = temporaryLayer("told", { build: true });

/** A tool's downloads, never in the image. */
export const cacheLayer = cachedLayer("cache", { metadata: table({ tool: string }) });
