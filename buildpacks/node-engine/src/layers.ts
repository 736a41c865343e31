import { cachedLayer, integer, releaseMetadata, table, temporaryLayer } from "libcnb";

/** Which files of a release the runtime's layer has. Raise it with every change of them: layers of older versions are then made anew. */
export const runtimeFormat = 2;

/** What runs apps: `bin/node` and the licence. Nothing else moves it: no other npm, no new version of this buildpack. */
export const runtimeLayer = (launch: boolean) =>
  cachedLayer("node", { build: true, launch, metadata: table({ node: releaseMetadata, format: integer }) });

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
