import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type BuildpackIdentity, interpretedBy, type Layers } from "libcnb";
import { limitsLayer } from "./layers.ts";

/** Where buildpack.toml's `include-files` puts what runs in containers. */
const programs = "src/launch";

/** Nothing is written beside what is imported: an image is not to change when it starts. */
const starter = (dir: string): string => `import sys
sys.dont_write_bytecode = True
sys.path[0] = ${JSON.stringify(dir)}
import main
main.run()
`;

/**
 * Provides what runs before each process: tells it how many processes fit into the container, and whom to trust. A layer of its own, so that another
 * version of it does not move Python.
 */
export const provideLaunch = (layers: Layers, buildpack: BuildpackIdentity, runtime: string) =>
  layers.provide(limitsLayer, {
    create: ({ path }) => copyPrograms(join(buildpack.dir, programs), join(path, "programs")),
    execD: ({ path }) => ({
      shared: { python: interpretedBy(join(runtime, "bin/python3"), starter(join(path, "programs"))) },
    }),
  });

// the repository has tests beside them, the package has not
async function copyPrograms(from: string, to: string): Promise<void> {
  const names = (await readdir(from)).filter((name) => name.endsWith(".py"));
  for (const name of names) await cp(join(from, name), join(to, name));
}
