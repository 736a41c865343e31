import { join } from "node:path";
import { copyLaunchPrograms, launchPrograms } from "@libcnb/app-kit/release/launch-programs";
import type { BuildpackIdentity, Layers } from "libcnb";
import { limitsLayer } from "./layers.ts";

/**
 * Isolated (-I) and without the modules of a site (-S): what PYTHONPATH and its like name is for the app, and a module of the app that is called as
 * one of the library, or `sitecustomize.py`, would keep the container from starting. Nothing is written beside what is imported: an image is not to
 * change when it starts.
 */
const program = (runtime: string, dir: string): string => `#!${join(runtime, "bin/python3")} -IS
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, ${JSON.stringify(dir)})
import main
main.run()
`;

/**
 * Provides the programs that run before each process and set the number of worker processes for the
 * container's limits, and the CA certificates. They have their own layer, so that a new buildpack
 * version does not change the layer of Python.
 */
export const provideLaunch = (layers: Layers, buildpack: BuildpackIdentity, runtime: string) =>
  layers.provide(limitsLayer, {
    create: ({ path }) => copyLaunchPrograms(buildpack, path, ".py"),
    execD: ({ path }) => ({ shared: { python: program(runtime, launchPrograms(path)) } }),
  });
