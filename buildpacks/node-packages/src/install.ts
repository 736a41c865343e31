import { writeFile } from "node:fs/promises";
import { join } from "node:path/posix";
import { defined } from "@libcnb/app-kit/defined";
import { type Layers, type RunTool, UserError } from "libcnb";
import type { Context } from "./contract.ts";
import { keepBuildCaches } from "./keep/build-caches.ts";
import { type InstallKey, installKeyOf, whyInstalled } from "./keep/install-key.ts";
import { restoreInstallation, saveInstallation } from "./keep/installation.ts";
import { listTree } from "./keep/listing.ts";
import { isIntact, unpack, writePack } from "./keep/pack.ts";
import { downloads, installation, workFolder } from "./layers.ts";
import type { Project, Work } from "./package-manager.ts";
import type { RegistryAccess } from "./registry/access.ts";
import { publicRecord } from "./registry/public-text.ts";
import type { Task } from "./task.ts";
import { removeVendored } from "./vendored/decide.ts";

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

/**
 * Inputs of an installation that are not files of the project. An installation is cached together
 * with its directory in the app.
 */
const ownInputs = (root: string, settings: string): Project["inputs"] =>
  defined({ "user settings": settings || undefined, "project directory": root || undefined });

/** node-gyp runs Python programs that lie among the dependencies: what Python compiles of them differs from run to run. */
const withoutTraces = { PYTHONDONTWRITEBYTECODE: "1" };

/**
 * Installs the dependencies, or restores those of the last build from the cache. Returns true if it
 * installed them.
 */
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
  log.step("Reusing the dependencies of the last build: nothing that affects them has changed");
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
      hint: `${hint} The buildpack did not use the app's node_modules directory (${why}). To use this directory unchanged, set BP_NODE_VENDORED=true.`.trim(),
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

/**
 * Keeps the cached layers of an installation that this build did not need, because a later build
 * with other inputs may need them.
 */
export async function keepForOtherInputs(context: Context, task: Task): Promise<void> {
  const { layers } = context;
  await keepDownloads(layers, task.manager.title);
  await keepBuildCaches(context, task);
  const previous = layers.previous(installation)?.metadata;
  if (previous !== undefined) await layers.provide(installation, { metadata: previous, create() {} });
}

/** The downloads of a package manager while it runs. */
interface Downloads {
  /** A directory that no later build sees. */
  readonly dir: string;
  /** Takes those of earlier builds out of their layer. */
  load(): void;
  /** Stores all downloads in the layer. */
  save(): void;
}

/** Provides the downloads of a package manager, which are unpacked only when it installs. */
async function provideDownloads(layers: Layers, manager: string): Promise<Downloads> {
  const kept = await keepDownloads(layers, manager);
  const { path: dir } = await layers.provide(workFolder, { create() {} });
  return {
    dir,
    load() {
      if (isIntact(kept)) unpack(kept, dir);
    },
    save() {
      writePack(dir, listTree(dir), kept);
    },
  };
}

/** Keeps the downloads for the next build; returns the directory of their layer. */
async function keepDownloads(layers: Layers, manager: string): Promise<string> {
  const { path } = await layers.provide(downloads, { metadata: { manager }, quiet: true, create() {} });
  return path;
}
