import { cachedLayer, dependency, optional, releaseMetadata, string, table } from "libcnb";

/** Node.js; a requirement may ask for a version and say in words who asks. */
export const node = dependency("node", table({ version: optional(string), source: optional(string) }));

/** The npm that comes with it. */
export const npm = dependency("npm");

/** The layer with both, in the layout of the upstream archive. Any other release of either installs anew. */
export const runtime = cachedLayer("node", {
  build: true,
  launch: true,
  metadata: table({ node: releaseMetadata, npm: optional(releaseMetadata) }),
});
