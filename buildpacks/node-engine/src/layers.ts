import { cachedLayer, releaseMetadata, table, temporaryLayer } from "libcnb";

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
