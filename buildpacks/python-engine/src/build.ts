import { checkRefusals } from "@libcnb/app-kit/refusal";
import { type Unpack, unpacking } from "@libcnb/app-kit/release/unpacking";
import { leaveOutEnvironments } from "@libcnb/python-app/own-environments";
import { projectDir } from "@libcnb/python-app/project-dir";
import type { BuildContext, Release } from "libcnb";
import { choosePython } from "./choose.ts";
import { provideLaunch } from "./launch.ts";
import { needsLibpython } from "./libpython.ts";
import { provideDevelopment, provideRuntime } from "./provide.ts";
import { python } from "./provided.ts";
import { readRequests } from "./requests.ts";
import type { Settings } from "./settings.ts";

type Context = BuildContext<Settings>;

/** Chooses the release of CPython that the app requests. */
export async function choose({ app, plan, ...context }: Context): Promise<Release> {
  await checkRefusals(app, plan.entries);
  const requests = await readRequests(app, context.config, plan.all(python));
  return choosePython(requests, context);
}

/** Provides each layer for the phases that need it. */
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
