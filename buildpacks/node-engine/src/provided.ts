import { boolean, cachedLayer, dependency, optional, releaseMetadata, string, table, temporaryLayer } from "libcnb";

/** Node.js; a requirement may ask for a version, say in words who asks, and where it is needed. Without `build` and `launch`: in both. */
export const node = dependency(
  "node",
  table({
    version: optional(string),
    source: optional(string),
    build: optional(boolean),
    launch: optional(boolean),
  }),
);

/** The npm that comes with it: during the build, and with `launch = true` also in the image. */
export const npm = dependency("npm", table({ build: optional(boolean), launch: optional(boolean) }));

/** What runs apps: `bin/node` and the licence. Nothing else moves it: no other npm, no new version of this buildpack. */
export const runtimeLayer = (launch: boolean) =>
  cachedLayer("node", { build: true, launch, metadata: table({ node: releaseMetadata }) });

/** npm and npx. */
export const npmLayer = (launch: boolean) =>
  cachedLayer("npm", { build: true, launch, metadata: table({ npm: releaseMetadata }) });

/** What native modules are compiled with. */
export const headersLayer = cachedLayer("headers", {
  build: true,
  metadata: table({ node: releaseMetadata }),
});

/** The programs that run before each process. */
export const limitsLayer = temporaryLayer("limits", { build: false, launch: true });
