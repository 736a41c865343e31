import { override } from "libcnb";
import type { Context } from "../config.ts";
import { provideCache } from "../keep/cache.ts";
import type { Package, Venv } from "../package-manager.ts";
import type { RegistryAccess } from "../registry/access.ts";
import type { Task } from "../task.ts";
import { damageOf } from "./damage.ts";
import { venvKeyOf, whyInstalled } from "./key.ts";
import { venvLayer } from "./layers.ts";
import { makeVenv } from "./make.ts";
import { readPackages } from "./packages-file.ts";
import { venvAt } from "./place.ts";

/** An environment that is ready for launch. */
export interface Installed {
  readonly venv: Venv;
  readonly packages: readonly Package[];
}

/** Installs the packages of an app, or keeps the environment of the last build. */
export async function provideVenv(context: Context, task: Task, access: RegistryAccess): Promise<Installed> {
  const { config, layers, log, target } = context;
  const { manager, project, python } = task;
  const cache = await provideCache(context, task);
  const { path, state } = await layers.provide(venvLayer, {
    metadata: venvKeyOf(project, manager.title, target),
    quiet: true,
    reject: ({ path }) =>
      config.BP_PYTHON_ALWAYS_INSTALL
        ? "BP_PYTHON_ALWAYS_INSTALL asks for it"
        : (project.mustInstall ?? damageOf(venvAt(path, python), python)),
    async create({ path, reason }) {
      log.step(`Installing dependencies (${whyInstalled(reason)})`);
      await makeVenv(context, task, { access, cache, venv: venvAt(path, python) });
    },
    env: ({ path }) => ({ shared: { VIRTUAL_ENV: override(path) } }),
  });
  if (state === "restored")
    log.step("Keeping the dependencies of the last build: nothing that decides about them has changed");
  return { venv: venvAt(path, python), packages: await readPackages(path) };
}
