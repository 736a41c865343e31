import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/** The content of a Gradle build's files, as far as it can be determined without running Gradle. */
export interface BuildFiles {
  /** The directory with the settings file, relative to the app. */
  readonly root: string;
  /**
   * The directories of the build's projects, relative to the app: those with a build file, and
   * those that the settings name.
   */
  readonly modules: readonly string[];
  /**
   * The texts of scripts, catalogs and properties, without comments, by paths relative to the app.
   */
  readonly texts: Readonly<Record<string, string>>;
  /** True if the versions of dependencies are locked. */
  readonly isLocked: boolean;
}

const script = /\.gradle(?:\.kts)?$|\.versions\.toml$|^gradle\.properties$/;
const buildFile = /^build\.gradle(?:\.kts)?$/;

/** Never the directory of a project. */
const others = new Set([".git", ".gradle", ".idea", "node_modules", "src", "out", "bin"]);

/** Reads the files of the Gradle build that contains a directory of the app. */
export async function readBuildFiles(app: App, dir: string): Promise<BuildFiles> {
  const root = await buildFolder(app, dir);
  const paths = await pathsBelow(app, root, 0);
  const scripts = paths.filter((path) => script.test(posix.basename(path)));
  const texts: Record<string, string> = {};
  for (const path of scripts.slice(0, mostFiles))
    texts[path] = withoutComments(await app.readText(path).catch(() => ""));
  const modules = [
    root,
    dir,
    ...scripts.filter((path) => buildFile.test(posix.basename(path))).map(folderOf),
    ...Object.entries(texts).flatMap(([path, text]) => included(path, text)),
  ];
  const isLocked = paths.some((path) => path.endsWith(".lockfile"));
  return { root, modules: [...new Set(modules)].toSorted(), texts, isLocked };
}

const mostFiles = 2_000;

async function pathsBelow(app: App, folder: string, depth: number): Promise<readonly string[]> {
  const names = await app.list(folder || ".");
  const isModule = depth === 0 || names.some((name) => buildFile.test(name));
  const paths: string[] = names.filter((name) => !name.endsWith("/")).map((name) => inDir(folder, name));
  for (const name of names.filter((each) => each.endsWith("/")).map((each) => each.slice(0, -1))) {
    // what projects write
    if (others.has(name) || (name === "build" && isModule) || depth >= 8) continue;
    paths.push(...(await pathsBelow(app, inDir(folder, name), depth + 1)));
  }
  return paths;
}

const folderOf = (path: string): string => (posix.dirname(path) === "." ? "" : posix.dirname(path));

/** `include 'shop', ':shop:web'` and `include("shop")` of settings. */
function included(path: string, text: string): readonly string[] {
  if (!/^settings\.gradle(?:\.kts)?$/.test(posix.basename(path))) return [];
  const lists = Array.from(text.matchAll(/\binclude\b((?:[\s(,]*["'][^"'\n]+["'])+)/g), ([, list = ""]) => list);
  const names = lists.flatMap((list) => Array.from(list.matchAll(/["']([^"']+)["']/g), ([, name = ""]) => name));
  const folders = names.map((name) =>
    posix.normalize(inDir(folderOf(path), name.replace(/^:/, "").replaceAll(":", "/"))),
  );
  // what Gradle writes is removed, and nothing outside of the app
  return folders
    .filter((folder) => !/^(?:\/|\.\.(?:\/|$))/.test(folder))
    .map((folder) => (folder === "." ? "" : folder));
}

/**
 * URLs are not comments. After the last end of a comment, no comment is searched for: this would
 * take quadratic time.
 */
function withoutComments(text: string): string {
  const end = text.lastIndexOf("*/") + 2;
  const closed = text.slice(0, end).replace(/\/\*[\s\S]*?\*\//g, "");
  return (closed + text.slice(end)).replace(/(^|[^:"'\w])\/\/.*$/gm, "$1");
}

/** Returns the directories to which Gradle writes, except those that contain a project. */
export function outputsOf({ root, modules }: BuildFiles): readonly string[] {
  const written = modules.map((module) => inDir(module, "build"));
  const caches = [root, inDir(root, "buildSrc")].flatMap((folder) =>
    [".gradle", ".kotlin"].map((name) => inDir(folder, name)),
  );
  const outputs = [...written, inDir(root, "buildSrc/build"), ...caches];
  return [...new Set(outputs)].filter(
    (path) => !modules.some((module) => module === path || module.startsWith(`${path}/`)),
  );
}

/** Lists a directory of an app and its parent directories, up to the app's root: `a/b`, `a`, "". */
export function foldersUpwards(dir: string): readonly string[] {
  if (dir === "") return [""];
  const above = posix.dirname(dir);
  return [dir, ...foldersUpwards(above === "." ? "" : above)];
}

/**
 * The root directory of the Gradle build that contains a project: the nearest one with a settings
 * file, as Gradle determines it.
 */
async function buildFolder(app: App, dir: string): Promise<string> {
  for (const folder of foldersUpwards(dir)) {
    for (const name of ["settings.gradle", "settings.gradle.kts"])
      if (await app.exists(inDir(folder, name))) return folder;
  }
  return dir;
}
