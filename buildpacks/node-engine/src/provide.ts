import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import { type BuildContext, defaultTo, override, sboms } from "libcnb";
import { type Chosen, nodeComponent, npmComponent } from "./chosen.ts";
import { checkStart, installHeaders, installNpm, installRuntime } from "./install.ts";
import { headersLayer, npmLayer, runtimeFormat, runtimeLayer } from "./layers.ts";

/** The inputs for providing the layers of Node.js. */
export interface Parts extends Pick<BuildContext, "layers" | "run" | "target"> {
  readonly chosen: Chosen;
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
      // the home directory of a container may be nobody's, or not writable
      launch: { NPM_CONFIG_CACHE: defaultTo("/tmp/npm-cache") },
    }),
    sbom: async ({ path }) => (withSbom ? sboms([await npmComponent(chosen, path)]) : []),
  });

/**
 * Provides headers, so that native modules compile without a download. The variable contains their
 * path for node-gyp 11 and newer. Older versions read `npm_config_nodedir`, but npm 12 refuses that
 * variable. The name is in capitals, because pnpm removes variables that begin with `npm_` from the
 * environment of scripts.
 */
export const provideHeaders = ({ layers, chosen, unpack, target }: Parts) =>
  layers.provide(headersLayer, {
    metadata: { node: chosen.node.metadata },
    create: ({ path }) => installHeaders(unpack, chosen, target, path),
    env: ({ path }) => ({ build: { NPM_PACKAGE_CONFIG_NODE_GYP_NODEDIR: override(path) } }),
  });
