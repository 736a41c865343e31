import { inDir } from "@libcnb/app-kit/folders";
import { isTable, stringOf, tableOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import { type App, type Env, type s, UserError } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { decisiveText, jsonText, type Manifest, readManifest, whyAlwaysInstalled } from "../project/manifest.ts";
import { publicTexts } from "../project/public-texts.ts";
import { checkPython } from "../project/python.ts";
import { type Selection, selectionOf } from "../project/selection.ts";
import { readTomlLock } from "../project/toml-lock.ts";
import { groupsOf, neededPackages } from "./locked.ts";
import { lockOf, type UvLock, type UvPackage } from "./lockfile.ts";
import { copiedPaths, type LocalProject, localProjects, rootOf, rootsOf } from "./workspace.ts";

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

/** Reads an app's files that uv uses. An invalid file causes an error that names the file. */
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
  // without a lockfile, it is not yet known whether the project itself is installed
  const all = [...others.map((each) => ({ dir: each, isInstalled: lock === undefined })), ...locals];
  return Promise.all(all.map((each) => readManifest(app, each.dir, each.isInstalled)));
}

function requirementOf(main: s.Table, lock: UvLock | undefined, lockfile: string | undefined) {
  const own = stringOf(tableOf(main["project"])["requires-python"]);
  return lock?.requiresPython === undefined || lockfile === undefined
    ? { requirement: own, file: "pyproject.toml" }
    : { requirement: lock.requiresPython, file: lockfile };
}

/**
 * The existing groups and extras, in the lockfile or only in the manifest. In the second case, uv
 * reports that the lockfile is outdated.
 */
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
    cause: `the lockfile has the format version ${version}; uv ${toolVersion} reads version 1`,
    hint: `Set BP_UV_VERSION to the version of uv that wrote the file, or run "uv lock" with uv ${toolVersion} and commit ${path}.`,
  });

/** The files that determine an installation's inputs. */
interface InputFiles {
  readonly root: string;
  readonly lock: UvLock | undefined;
  readonly manifests: readonly Manifest[];
  /** The parsed uv.toml; empty if there is none. */
  readonly settings: s.Table;
  readonly selection: Selection;
}

/** All inputs of an installation with uv. */
async function inputsOf({ app, env }: ProjectSource, files: InputFiles): Promise<Project["inputs"]> {
  const { root, lock, manifests, settings, selection } = files;
  const copied = lock === undefined ? [] : copiedPaths(lock, root);
  return {
    "uv.lock": lock === undefined ? "" : decisiveLock(await app.readToml(inDir(root, "uv.lock"))),
    "pyproject.toml": decisiveText(manifests, "uv"),
    "uv.toml": JSON.stringify(Object.entries(settings).filter(([key]) => !/index/.test(key))),
    "package directories": copied.length === 0 ? "" : await app.digest(...copied),
    groups: selection.groups.join(),
    extras: selection.extras.join(),
    "uv environment variables": JSON.stringify(decisiveVariables(env)),
  };
}

/**
 * The parts of a `uv.lock` that affect an installation, as text: without sources of files and
 * publication times.
 */
const decisiveLock = (table: s.Table): string =>
  jsonText(table, (key, value) => (irrelevant.has(key) ? undefined : withoutOwnVersion(value)));
const irrelevant: ReadonlySet<string> = new Set(["url", "registry", "upload-time", "size", "revision"]);
/** A project that is not installed itself may have any version. */
function withoutOwnVersion(value: unknown): unknown {
  const source = isTable(value) ? value["source"] : undefined;
  if (!isTable(value) || !isTable(source) || source["virtual"] === undefined) return value;
  const { version: _, ...rest } = value;
  return rest;
}

/**
 * The user's uv variables that affect the installed packages, without those for sources, speed and
 * output.
 */
const decisiveVariables = (env: Env): readonly (readonly [string, string])[] =>
  Object.entries(env)
    .flatMap(([name, value]) => (isDecisive(name) && value !== undefined ? [[name, value] as const] : []))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
const isDecisive = (name: string): boolean => name.startsWith("UV_") && !isIrrelevant.test(name);
const isIrrelevant =
  /INDEX|CACHE|CONCURRENT|CREDENTIALS|CERT|HOST|HTTP|KEYRING|LINK_MODE|LOG|MALWARE|OFFLINE|PASSWORD|PROGRESS|PUBLISH|PYTHON|QUIET|TIMEOUT|TLS|TOKEN|USERNAME|VENV|VERBOSE/;
