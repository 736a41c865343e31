import { writeFile } from "node:fs/promises";
import { join } from "node:path/posix";
import { type RunTool, UserError } from "libcnb";
import type { Context } from "./config.ts";
import { keepBuildCaches } from "./keep/build-caches.ts";
import { type Downloads, keepDownloads, provideDownloads } from "./keep/downloads.ts";
import { type InstallKey, installKeyOf, whyInstalled } from "./keep/install-key.ts";
import { restoreInstallation, saveInstallation } from "./keep/installation.ts";
import { isIntact } from "./keep/pack.ts";
import type { Project, Work } from "./package-manager.ts";
import { installation } from "./provided.ts";
import type { RegistryAccess } from "./registry/access.ts";
import { publicRecord } from "./registry/public-text.ts";
import type { Task } from "./task.ts";
import { removeVendored } from "./vendored/remove.ts";

/** Reads the app's project and provides its package manager. */
export async function startWork(
  { app, env, layers, log, run }: Context,
  { choice, dirs, manager, toolVersion }: Task,
  access: RegistryAccess,
): Promise<{ readonly work: Work; readonly downloads: Downloads }> {
  const read = await manager.read({ app, dirs, env, toolVersion, lockfile: choice.lockfile });
  const project = { ...read, inputs: { ...read.inputs, ...ownInputs(dirs.root, access.settings) } };
  const downloads = await provideDownloads(layers, manager.title);
  const variables = { ...withoutTraces, ...access.env, ...manager.environment?.(downloads.dir, project) };
  const runTool: RunTool = (tool, args, { env: own, secrets = [], ...options } = {}) =>
    run(tool, args, { ...options, env: { ...variables, ...own }, secrets: [...secrets, ...access.secrets] });
  return { work: { project, run: runTool, log, env: { ...env, ...access.env }, cacheDir: downloads.dir }, downloads };
}

/** What decides about an installation besides the files of the project. What was installed is kept with its folder in the app. */
const ownInputs = (root: string, settings: string): Project["inputs"] => ({
  ...(settings !== "" && { "settings of the user": settings }),
  ...(root !== "" && { "folder of the project": root }),
});

/** node-gyp runs Python programs that lie among the dependencies: what Python compiles of them differs from run to run. */
const withoutTraces = { PYTHONDONTWRITEBYTECODE: "1" };

/** Installs the dependencies, or restores those of the last build; returns whether it installed. */
export async function install(
  { app, layers, log, target }: Context,
  { dirs, manager, vendored, toolVersion, node }: Task,
  { work, downloads }: { readonly work: Work; readonly downloads: Downloads },
): Promise<boolean> {
  if (vendored.isUsed) {
    await manager.install(work);
    await hideRecord(app, dirs.root);
    return true;
  }
  const kept = await layers.provide(installation, {
    metadata: keyOf(work.project, `${manager.title} ${toolVersion.split(".")[0]}`, node, target),
    quiet: true,
    reject: ({ path }) => work.project.mustInstall ?? (isIntact(path) ? undefined : "damaged"),
    async create({ path, reason }) {
      log.step(`Installing dependencies (${whyInstalled(reason)})`);
      const folders = Object.keys(work.project.manifests).map((dir) => join(dirs.root, dir));
      await removeVendored(app, folders, log);
      downloads.load();
      await manager.install(work).catch(withLeftOut(vendored.leftOut));
      await hideRecord(app, dirs.root);
      downloads.save();
      saveInstallation(app.dir, await manager.installed(work), path);
    },
  });
  if (kept.state !== "restored") return true;
  log.step("Keeping the dependencies of the last build: nothing that decides about them has changed");
  restoreInstallation(kept.path, app.dir);
  return false;
}

/** Adds to a failed installation that the app has dependencies of its own, which were left out. */
const withLeftOut =
  (why: string | undefined) =>
  (error: unknown): never => {
    if (why === undefined || !(error instanceof UserError)) throw error;
    const { code, message, cause, hint = "" } = error;
    throw new UserError(code, message, {
      cause,
      hint: `${hint} node_modules of the app was left out (${why}): BP_NODE_VENDORED=true uses it as it is.`.trim(),
    });
  };

/** Takes credentials out of npm's record of the installation. */
async function hideRecord(app: Context["app"], root: string): Promise<void> {
  for (const [path, text] of Object.entries(await publicRecord(app, root))) await writeFile(app.path(path), text);
}

const keyOf = (project: Project, manager: string, node: string, { os, arch, distro }: Context["target"]): InstallKey =>
  installKeyOf(project, {
    manager,
    node,
    target: [os, arch, distro?.name, distro?.version].filter((each) => each !== undefined).join(" "),
  });

/** Keeps the cached layers that this build did not need, for later builds with other inputs. */
export async function keepForOtherInputs(context: Context, task: Task): Promise<void> {
  const { layers } = context;
  await keepDownloads(layers, task.manager.title);
  await keepBuildCaches(context, task);
  const previous = layers.previous(installation)?.metadata;
  if (previous !== undefined) await layers.provide(installation, { metadata: previous, create() {} });
}
