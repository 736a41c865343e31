import { join } from "node:path";
import { copyLaunchPrograms, launchPrograms } from "@libcnb/app-kit/release/launch-programs";
import { type BuildpackIdentity, interpretedBy, type Layers } from "libcnb";
import { limitsLayer } from "./layers.ts";

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
    create: ({ path }) => copyLaunchPrograms(buildpack, path, ".py"),
    execD: ({ path }) => ({
      shared: { python: interpretedBy(join(runtime, "bin/python3"), starter(launchPrograms(path))) },
    }),
  });
