import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import {
  type BuildContext,
  type Component,
  cachedLayer,
  defaultTo,
  override,
  releaseMetadata,
  s,
  sboms,
  temporaryLayer,
} from "libcnb";
import type { ChosenReleases } from "./choose.ts";
import { checkStart, installHeaders, installNpm, installRuntime } from "./install.ts";

/**
 * The version of the file selection in the runtime layer. Increase it with every change, so that
 * older layers are recreated.
 */
const runtimeFormat = 2;

/**
 * The layer with the runtime of apps: `bin/node` and the license. Only a new release of Node.js
 * changes it, not another npm or a new version of this buildpack.
 */
const runtimeLayer = (launch: boolean) =>
  cachedLayer("node", { build: true, launch, metadata: s.table({ node: releaseMetadata, format: s.integer }) });

/** The layer with npm and npx. */
const npmLayer = (launch: boolean) =>
  cachedLayer("npm", { build: true, launch, metadata: s.table({ npm: releaseMetadata }) });

/** The layer with files for compiling native modules. */
const headersLayer = cachedLayer("headers", {
  build: true,
  metadata: s.table({ node: releaseMetadata }),
});

/** The layer with the exec.d programs, which run before each process. */
export const limitsLayer = temporaryLayer("limits", { build: false, launch: true });

/** The inputs for providing the layers of Node.js. */
interface Parts extends Pick<BuildContext, "layers" | "run" | "target"> {
  readonly chosen: ChosenReleases;
  readonly unpack: Unpack;
  readonly withSbom: boolean;
}

/** Provides the layer with Node.js itself. */
export const provideRuntime = ({ layers, run, chosen, unpack, withSbom }: Parts, launch: boolean) =>
  layers.provide(runtimeLayer(launch), {
    metadata: { node: chosen.node.metadata, format: runtimeFormat },
    async create({ path }) {
      await installRuntime(unpack, chosen, path);
      await checkStart(run, chosen.node, path);
    },
    env: ({ path }) => ({ shared: { NODE_HOME: override(path) } }),
    sbom: () => (withSbom ? sboms([nodeComponent(chosen)]) : []),
  });

/** Provides the layer with npm and npx. */
export const provideNpm = ({ layers, chosen, unpack, withSbom }: Parts, launch: boolean) =>
  layers.provide(npmLayer(launch), {
    metadata: { npm: (chosen.npm ?? chosen.node).metadata },
    create: ({ path }) => installNpm(unpack, chosen, path),
    env: () => ({
      shared: { NPM_CONFIG_UPDATE_NOTIFIER: defaultTo("false") },
      // the home directory of a container may not exist, or may not be writable
      launch: { NPM_CONFIG_CACHE: defaultTo("/tmp/npm-cache") },
    }),
    sbom: async ({ path }) => (withSbom ? sboms([await npmComponent(chosen, path)]) : []),
  });

/**
 * Provides Node.js's headers, so that native modules compile without a download. An environment
 * variable contains the path of the headers for node-gyp 11 and newer. Older versions of node-gyp
 * read `npm_config_nodedir`, but npm 12 refuses that variable. The variable's name is in capitals,
 * because pnpm removes variables that begin with `npm_` from the environment of scripts.
 */
export const provideHeaders = ({ layers, chosen, unpack, target }: Parts) =>
  layers.provide(headersLayer, {
    metadata: { node: chosen.node.metadata },
    create: ({ path }) => installHeaders(unpack, chosen, target, path),
    env: ({ path }) => ({ build: { NPM_PACKAGE_CONFIG_NODE_GYP_NODEDIR: override(path) } }),
  });

/** The SBOM component of Node.js. Its name is the same for all download sources. */
const nodeComponent = ({ node }: ChosenReleases): Component => ({ ...node.component, name: "node" });

/**
 * The SBOM component of npm. The version is read from the installed npm, because the metadata of
 * Node.js archives does not contain it.
 */
async function npmComponent({ npm }: ChosenReleases, layer: string): Promise<Component> {
  if (npm !== undefined) return npm.component;
  const text = await readFile(join(layer, "lib/node_modules/npm/package.json"), "utf8");
  const { version, license } = JSON.parse(text) as { readonly version: string; readonly license: string };
  return { type: "application", name: "npm", version, purl: `pkg:npm/npm@${version}`, licenses: [license] };
}
