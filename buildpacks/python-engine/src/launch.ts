import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildpackIdentity, interpretedBy, type Layers } from "libcnb";
import { limitsLayer } from "./layers.ts";

/** Where buildpack.toml's `include-files` puts what runs in containers. */
const program = "src/launch/limits.py";

/**
 * Provides what runs before each process: tells it how many processes fit into the container. A layer of its own, so that another version of it does
 * not move Python.
 */
export async function provideLaunch(layers: Layers, buildpack: BuildpackIdentity, runtime: string): Promise<void> {
  const text = await readFile(join(buildpack.dir, program), "utf8");
  await layers.provide(limitsLayer, {
    create: () => {},
    execD: () => ({ shared: { python: interpretedBy(join(runtime, "bin/python3"), text) } }),
  });
}
