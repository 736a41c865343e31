import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type BuildpackIdentity, defaultTo, interpretedBy, type Layers } from "libcnb";
import { limitsLayer } from "./layers.ts";

/** Where buildpack.toml's `include-files` puts what runs in containers. */
const programs = "src/launch";

/**
 * Provides what runs before each process: sets variables for memory and processors, debuggers and certificates. A layer of its own, so that another
 * version of it does not move Node.js.
 */
export const provideLaunch = (
  layers: Layers,
  buildpack: BuildpackIdentity,
  { runtime, optimizesMemory }: { readonly runtime: string; readonly optimizesMemory: boolean },
) =>
  layers.provide(limitsLayer, {
    create: ({ path }) => copyPrograms(join(buildpack.dir, programs), join(path, "programs")),
    env: () => ({
      launch: {
        NODE_ENV: defaultTo("production"),
        ...(!optimizesMemory && { BPL_NODE_HEAP_PERCENT: defaultTo("0") }),
      },
    }),
    execD: ({ path }) => ({
      shared: {
        node: interpretedBy(
          join(runtime, "bin/node"),
          `require(${JSON.stringify(join(path, "programs/main.cjs"))});\n`,
        ),
      },
    }),
  });

// the repository has tests beside them, the package has not
async function copyPrograms(from: string, to: string): Promise<void> {
  const names = (await readdir(from)).filter((name) => name.endsWith(".cjs"));
  for (const name of names) await cp(join(from, name), join(to, name));
}
