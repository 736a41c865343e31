import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type PackageJson, readPackageJson } from "@libcnb/node-app";
import type { App } from "libcnb";
import { hasInstallHooks } from "../keep/install-key.ts";
import type { Project, ProjectSource } from "../package-manager.ts";
import { publicText } from "../registry/public-text.ts";
import { depthOf, isMatched } from "../yarn/workspaces.ts";
import { type Lockfile, lockfileOf } from "./lockfile.ts";
import { checkVersion, parseLockfile } from "./lockfile-checks.ts";
import { checkSettings, effectiveLines, patchFiles, settingsIn, type Workspace, workspaceOf } from "./settings.ts";

/** Reads an app's files that pnpm uses. An invalid file causes an error that names the file. */
export async function readProject(source: ProjectSource): Promise<Project> {
  const files = filesOf(source.app, source.dirs.root);
  const workspace = await workspaceOf(await files.text(workspaceFile), files.path(workspaceFile));
  const main = await readLockfile(files, source, source.lockfile);
  const dirs = await workspaceDirs(source.app.path(source.dirs.root), main?.lockfile, workspace);
  const manifests = await readManifests(files, dirs);
  const own = await Promise.all(
    Object.keys(manifests).map((dir) => readLockfile(files, source, `${dir}/pnpm-lock.yaml`)),
  );
  const lockfiles = [main, ...own].filter((each) => each !== undefined);
  const npmrcs = await readNpmrcs(files, Object.keys(manifests));
  checkSettings(workspace, npmrcs, source.env);
  return {
    ...source,
    manifests,
    inputs: {
      lockfile: lockfiles.map(({ text }) => text).join("\n---\n"),
      settings: JSON.stringify([workspace.settings, npmrcs.map(effectiveLines), settingsIn(source.env)]),
      ...(await readInputs(files, manifests, workspace, lockfiles)),
    },
    mustInstall: hasInstallHooks(manifests) || hasDevPreinstall(manifests) ? "install-scripts" : undefined,
    withoutCredentials: Object.fromEntries(
      npmrcs.flatMap(({ path, text }) => {
        const rest = publicText(".npmrc", text);
        return rest === undefined ? [] : [[path, rest]];
      }),
    ),
  };
}

const workspaceFile = "pnpm-workspace.yaml";

const hasDevPreinstall = (manifests: Project["manifests"]): boolean =>
  manifests[""]?.scripts["pnpm:devPreinstall"] !== undefined;

/** Files of the project's root. */
interface Files {
  readonly app: App;
  /** Relative to the app. */
  path(name: string): string;
  /** The text; empty if the file is missing. */
  text(name: string): Promise<string>;
}

function filesOf(app: App, root: string): Files {
  const path = (name: string) => (root === "" ? name : `${root}/${name}`).replace(/^\//, "");
  return { app, path, text: async (name) => ((await app.exists(path(name))) ? app.readText(path(name)) : "") };
}

interface ReadLockfile {
  readonly text: string;
  readonly lockfile: Lockfile;
}

async function readLockfile(
  files: Files,
  { toolVersion }: ProjectSource,
  name: string | undefined,
): Promise<ReadLockfile | undefined> {
  const text = name === undefined || name.startsWith("/") ? "" : await files.text(name);
  if (name === undefined || text.trim() === "") return undefined;
  const lockfile = lockfileOf(await parseLockfile(text, files.path(name)));
  checkVersion(lockfile.version, files.path(name), toolVersion);
  return { text, lockfile };
}

async function readManifests(files: Files, dirs: readonly string[]): Promise<Readonly<Record<string, PackageJson>>> {
  const read = ["", ...dirs].map(
    async (dir) =>
      [
        dir,
        await readPackageJson(files.app, dir === "" ? files.path("").replace(/\/$/, "") : files.path(dir)),
      ] as const,
  );
  // a missing directory: the lockfile is outdated, which pnpm will report
  return Object.fromEntries(
    (await Promise.all(read)).filter((each): each is [string, PackageJson] => each[1] !== undefined),
  );
}

async function readNpmrcs(files: Files, dirs: readonly string[]) {
  const paths = [...new Set(["", ...dirs])].map((dir) => (dir === "" ? ".npmrc" : `${dir}/.npmrc`));
  const all = await Promise.all(paths.map(async (path) => ({ path: files.path(path), text: await files.text(path) })));
  return all.filter(({ text }) => text !== "");
}

/**
 * Additional inputs of an installation: the app's hooks, its patches, and directories that are
 * copied.
 */
async function readInputs(
  files: Files,
  manifests: Project["manifests"],
  workspace: Workspace,
  lockfiles: readonly ReadLockfile[],
): Promise<Readonly<Record<string, string>>> {
  const hooks = await Promise.all([".pnpmfile.cjs", ".pnpmfile.mjs"].map(files.text));
  const patches = await Promise.all(patchFiles(workspace, manifests[""]?.table ?? {}).map(files.text));
  const copied = lockfiles
    .flatMap(({ lockfile }) => [...lockfile.packages.values()])
    .flatMap((each) => each.directory ?? []);
  const inside = copied.filter((dir) => !dir.startsWith("..") && !dir.startsWith("/")).map(files.path);
  return {
    hooks: JSON.stringify(hooks),
    patches: JSON.stringify(patches),
    folders: inside.length === 0 ? "" : await files.app.digest(...inside),
  };
}

/**
 * The workspace directories relative to the root, sorted: those in the lockfile, or else those that
 * match the patterns.
 */
async function workspaceDirs(
  root: string,
  lockfile: Lockfile | undefined,
  { packages }: Workspace,
): Promise<readonly string[]> {
  const known = [...(lockfile?.importers.keys() ?? [])].filter(isInside);
  return known.length > 0 || packages.length === 0 ? known.toSorted() : foundIn(root, packages);
}

/** pnpm takes directories with a package.json; `!` leaves out. Not by Node's `globSync`: it takes forever for some patterns, and apps are untrusted. */
const foundIn = (root: string, packages: readonly string[]): readonly string[] =>
  foldersBelow(root, "", depthOf(packages))
    .filter((dir) => isMatched(dir, packages) && existsSync(join(root, dir, "package.json")))
    .toSorted();
function foldersBelow(root: string, below: string, depth: number): readonly string[] {
  if (depth === 0) return [];
  const entries = readdirSync(join(root, below), { withFileTypes: true });
  const folders = entries.filter((each) => each.isDirectory() && !notOurs.has(each.name)).map(({ name }) => name);
  return folders.flatMap((name) => {
    const dir = below === "" ? name : `${below}/${name}`;
    return [dir, ...foldersBelow(root, dir, depth - 1)];
  });
}
const notOurs: ReadonlySet<string> = new Set(["node_modules", ".git"]);
const isInside = (dir: string): boolean => !["", "."].includes(dir) && !/^(\/|\.\.(\/|$))|\/\.\.(\/|$)/.test(dir);
