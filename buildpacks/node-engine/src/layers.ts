import { cachedLayer, integer, releaseMetadata, table, temporaryLayer } from "libcnb";

/**
 * The version of the runtime layer's set of files. Raise it with every change, so that older layers
 * are recreated.
 */
export const runtimeFormat = 2;

/**
 * The runtime of apps: `bin/node` and the license. Only a new release changes it, not another npm
 * or a new version of this buildpack.
 */
export const runtimeLayer = (launch: boolean) =>
  cachedLayer("node", { build: true, launch, metadata: table({ node: releaseMetadata, format: integer }) });

/** npm and npx. */
export const npmLayer = (launch: boolean) =>
  cachedLayer("npm", { build: true, launch, metadata: table({ npm: releaseMetadata }) });

/** The files for compiling native modules. */
export const headersLayer = cachedLayer("headers", {
  build: true,
  metadata: table({ node: releaseMetadata }),
});

/** The programs that run before each process. */
export const limitsLayer = temporaryLayer("limits", { build: false, launch: true });
