import { join } from "node:path";
import { checkRefusals } from "@libcnb/app-kit/refusal";
import { copyLaunchPrograms, launchPrograms } from "@libcnb/app-kit/release/launch-programs";
import { type Unpack, unpacking } from "@libcnb/app-kit/release/unpacking";
import { leaveOutEnvironments } from "@libcnb/python-app/own-environments";
import { projectDir } from "@libcnb/python-app/project-dir";
import type { BuildContext, BuildpackIdentity, Layers, Release } from "libcnb";
import { choosePython } from "./choose.ts";
import { needsLibpython } from "./contents.ts";
import { python, type Settings } from "./contract.ts";
import { limitsLayer, provideDevelopment, provideRuntime } from "./layers.ts";
import { readRequests } from "./requests.ts";

type Context = BuildContext<Settings>;

/** Chooses the release of CPython that the app requests. */
export async function choose({ app, plan, ...context }: Context): Promise<Release> {
  await checkRefusals(app, plan.entries);
  const requests = await readRequests(app, context.config, plan.all(python));
  return choosePython(requests, context);
}

/**
 * Provides the layers with Python. Each layer is available in the phases (build, launch) in which
 * it is needed.
 */
export async function provide(context: Context, release: Release): Promise<void> {
  const { app, buildpack, config, download, layers, log, plan } = context;
  await leaveOutEnvironments(app, await projectDir(app, config.BP_PYTHON_PROJECT_PATH), log);
  const required = plan.resolve(python);
  const isLaunched = required === undefined || required.launch || !required.build;
  const extras = { tkinter: config.BP_CPYTHON_TKINTER, libpython: await needsLibpython(context) };
  const install = async (unpack: Unpack) => {
    const parts = { ...context, python: release, extras, unpack, withSbom: !config.BP_DISABLE_SBOM };
    const { path } = await provideRuntime(parts, isLaunched);
    await provideDevelopment(parts, path);
    if (isLaunched) await provideLaunch(layers, buildpack, path);
  };
  await unpacking(download, install, "BP_CPYTHON_MIRROR");
}

/**
 * The exec.d program that the launcher executes. Python runs in isolated mode (-I) and without
 * site-packages (-S). Otherwise, the modules in PYTHONPATH, a module of the app with the name of a
 * standard module, or `sitecustomize.py` could prevent the container from starting. The program
 * does not write bytecode files next to the imported modules, so that a container does not change
 * files of the image.
 */
const program = (runtime: string, dir: string): string => `#!${join(runtime, "bin/python3")} -IS
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, ${JSON.stringify(dir)})
import main
main.run()
`;
/**
 * Provides the exec.d programs, which run before each process. They adapt the number of worker
 * processes to the container's limits, and configure CA certificates. The programs have their own
 * layer, so that a new buildpack version does not change the layer of Python.
 */
export const provideLaunch = (layers: Layers, buildpack: BuildpackIdentity, runtime: string) =>
  layers.provide(limitsLayer, {
    create: ({ path }) => copyLaunchPrograms(buildpack, path, ".py"),
    execD: ({ path }) => ({ shared: { python: program(runtime, launchPrograms(path)) } }),
  });
