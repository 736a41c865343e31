import { inDir } from "@libcnb/app-kit/folders";
import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import { type App, type s, UserError } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { type Manifest, readManifest, whyAlwaysInstalled } from "../project/manifest.ts";
import { publicTexts } from "../project/public-texts.ts";
import { checkPython } from "../project/python.ts";
import { type Selection, selectionOf } from "../project/selection.ts";
import { readTomlLock } from "../project/toml-lock.ts";
import { inputsOf } from "./inputs.ts";
import { groupsOf } from "./locked.ts";
import { lockOf, type UvLock, type UvPackage } from "./lockfile.ts";
import { neededPackages } from "./needed.ts";
import { type LocalProject, localProjects, rootOf, rootsOf } from "./workspace.ts";

/** A project that uv installs. */
export interface UvProject extends Project {
  /** The root directory of the workspace, which contains the lockfile, relative to the app. */
  readonly root: string;
  /** The parsed lockfile; `undefined` if there is none. */
  readonly lock: UvLock | undefined;
  /**
   * The projects to install: that of the directory, or all members of a workspace whose root
   * directory has no project.
   */
  readonly roots: readonly UvPackage[];
  readonly selection: Selection;
  /** The directories of projects whose code the environment links to, relative to the app. */
  readonly codeDirs: readonly string[];
  /**
   * The tables with settings of uv: uv.toml, and `[tool.uv]` of the project and of its workspace.
   */
  readonly settingsTables: readonly s.Table[];
}

/** Reads an app's files for uv. An invalid file is an error that names the file. */
export async function readProject(source: ProjectSource): Promise<UvProject> {
  const { app, dir, choice, python, toolVersion } = source;
  const root = rootOf(dir, choice.lockfile);
  const lock = choice.lockfile === undefined ? undefined : await readLock(app, inDir(root, "uv.lock"), toolVersion);
  const roots = lock === undefined ? [] : rootsOf(lock, root, dir);
  const manifests = await readManifests(app, { dir, root, lock });
  const main = manifests.find((each) => each.dir === dir)?.table ?? {};
  await checkPython(source, requirementOf(main, lock, choice.lockfile));
  const selection = selectionOf(source.settings, namesIn(main, lock, roots));
  const needed = lock && (await neededPackages({ lock, roots, selection, values: python.markers }));
  const codeDirs = needed === undefined ? [dir] : installedDirs(localProjects(needed, root));
  const settings = await settingsIn(app, root);
  return {
    ...source,
    root,
    lock,
    roots,
    selection,
    codeDirs,
    settingsTables: [settings, ...manifests.map(({ table }) => tableOf(tableOf(table["tool"])["uv"]))],
    inputs: await inputsOf(source, { root, lock, manifests, settings, selection }),
    mustInstall: whyAlwaysInstalled(manifests.filter((each) => codeDirs.includes(each.dir))),
    withoutCredentials: await publicTexts(app, [...new Set([root, ...manifests.map((each) => each.dir)])], uvFiles),
  };
}

const uvFiles = ["uv.toml", "uv.lock"];

/** Those of the project, of its workspace, and of all that the lockfile has in the app. */
function readManifests(
  app: App,
  { dir, root, lock }: { readonly dir: string; readonly root: string; readonly lock: UvLock | undefined },
): Promise<readonly Manifest[]> {
  const locals = localProjects(lock?.packages ?? [], root);
  const others = [...new Set([root, dir])].filter((each) => !locals.some((local) => local.dir === each));
  // without a lockfile nobody has said yet whether the project itself is installed
  const all = [...others.map((each) => ({ dir: each, isInstalled: lock === undefined })), ...locals];
  return Promise.all(all.map((each) => readManifest(app, each.dir, each.isInstalled)));
}

function requirementOf(main: s.Table, lock: UvLock | undefined, lockfile: string | undefined) {
  const own = stringOf(tableOf(main["project"])["requires-python"]);
  return lock?.requiresPython === undefined || lockfile === undefined
    ? { requirement: own, file: "pyproject.toml" }
    : { requirement: lock.requiresPython, file: lockfile };
}

/** The groups and extras that there are, in the lockfile or only in the manifest: then uv says that the lockfile is behind. */
function namesIn(main: s.Table, lock: UvLock | undefined, roots: readonly UvPackage[]): Selection {
  const unique = (names: readonly string[]) => [...new Set(names.map(normalizedName))];
  const extras = Object.keys(tableOf(tableOf(main["project"])["optional-dependencies"]));
  return {
    groups: unique([...(lock ? groupsOf({ lock, roots }) : []), ...Object.keys(tableOf(main["dependency-groups"]))]),
    extras: unique([...roots.flatMap((each) => Object.keys(each.extras)), ...extras]),
  };
}

const installedDirs = (locals: readonly LocalProject[]): readonly string[] =>
  locals.filter(({ isInstalled }) => isInstalled).map(({ dir }) => dir);

const settingsIn = async (app: App, root: string): Promise<s.Table> =>
  (await app.exists(inDir(root, "uv.toml"))) ? app.readToml(inDir(root, "uv.toml")) : {};

/**
 * Reads a `uv.lock`.
 *
 * @param path relative to the app
 * @throws UserError PACKAGES_LOCKFILE_INVALID, PACKAGES_LOCKFILE_UNSUITABLE
 */
async function readLock(app: App, path: string, toolVersion: string): Promise<UvLock> {
  const lock = lockOf(await readTomlLock(app, path, "uv lock"));
  if (lock.version !== 1) throw unsuitable(path, lock.version, toolVersion);
  return lock;
}

const unsuitable = (path: string, version: number, toolVersion: string): UserError =>
  new UserError("PACKAGES_LOCKFILE_UNSUITABLE", `uv ${toolVersion} cannot read ${path}`, {
    cause: `its format is version ${version}; uv ${toolVersion} reads version 1`,
    hint: `Set BP_UV_VERSION to the uv that wrote the file, or run "uv lock" with uv ${toolVersion} and commit ${path}.`,
  });
