import { cachedLayer, releaseMetadata, s, temporaryLayer } from "libcnb";

/**
 * The version of the file selection in the runtime layer. Increase it with every change, so that
 * older layers are recreated.
 */
export const runtimeFormat = 2;

/**
 * The layer with the runtime of apps: `bin/node` and the license. Only a new release of Node.js
 * changes it, not another npm or a new version of this buildpack.
 */
export const runtimeLayer = (launch: boolean) =>
  cachedLayer("node", { build: true, launch, metadata: s.table({ node: releaseMetadata, format: s.integer }) });

/** The layer with npm and npx. */
export const npmLayer = (launch: boolean) =>
  cachedLayer("npm", { build: true, launch, metadata: s.table({ npm: releaseMetadata }) });

/** The layer with files for compiling native modules. */
export const headersLayer = cachedLayer("headers", {
  build: true,
  metadata: s.table({ node: releaseMetadata }),
});

/** The layer with the programs that run before each process. */
export const limitsLayer = temporaryLayer("limits", { build: false, launch: true });
