import { join } from "node:path";
import { copyLaunchPrograms, launchPrograms } from "@libcnb/app-kit/release/launch-programs";
import { type BuildpackIdentity, defaultTo, interpretedBy, type Layers } from "libcnb";
import { limitsLayer } from "./layers.ts";

/** The oldest release line with all that the programs use, such as `Object.fromEntries`. */
const oldestLine = 12;

/**
 * Provides the programs that run before each process and set environment variables for memory,
 * processors, debuggers and certificates. They have their own layer, so that a new buildpack
 * version does not change the layer of Node.js.
 */
export const provideLaunch = (
  layers: Layers,
  buildpack: BuildpackIdentity,
  {
    runtime,
    line,
    optimizesMemory,
  }: { readonly runtime: string; readonly line: number; readonly optimizesMemory: boolean },
) =>
  layers.provide(limitsLayer, {
    create: ({ path }) => copyLaunchPrograms(buildpack, path, ".cjs"),
    env: () => ({
      launch: {
        NODE_ENV: defaultTo("production"),
        ...(!optimizesMemory && { BPL_NODE_HEAP_PERCENT: defaultTo("0") }),
      },
    }),
    execD: ({ path }) =>
      line < oldestLine
        ? {}
        : {
            shared: {
              node: interpretedBy(
                join(runtime, "bin/node"),
                `require(${JSON.stringify(join(launchPrograms(path), "main.cjs"))});\n`,
              ),
            },
          },
  });
