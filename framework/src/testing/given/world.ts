import { join } from "node:path";
import { fastTemporaryRoot, inTemporaryDirectory } from "../../host/files/temporary-directory.ts";
import { readFileMap, type TreeEntry, writeFileMap } from "../../host/files/tree.ts";
import type { FileMap } from "./file-map.ts";

/** Bindings by name: `type`, optionally `provider`, and their entries. */
export type GivenBindings = Readonly<
  Record<string, { readonly type: string; readonly [entry: string]: string | Uint8Array }>
>;

/** The files in a platform's directories before a phase. */
export interface GivenFiles {
  /** Files of the app. */
  readonly app?: FileMap;
  /** Variables that the user set for the build. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Variables of the builder's operator: files of `/cnb/build-config/env`, such as
   * `NPM_TOKEN.override`; without a suffix they are defaults.
   */
  readonly operatorEnv?: Readonly<Record<string, string>>;
  /** Services that the user bound to the build. */
  readonly bindings?: GivenBindings;
}

/** The temporary directories of a platform, and their names in results. */
export interface World {
  readonly app: string;
  readonly layers: string;
  readonly platform: string;
  readonly buildpack: string;
  readonly home: string;
  /** The operator's env directory. */
  readonly operator: string;
  /** The file of the build plan or the buildpack plan. */
  readonly plan: string;
  /** The directory of several plan files. */
  readonly plans: string;
  /** Replaces the directories by their names. */
  readonly rename: (text: string) => string;
  /** Replaces the names by the directories. */
  readonly place: (files: FileMap) => FileMap;
  /** All files of a directory, renamed. */
  readonly read: (dir: string) => Promise<FileMap>;
}

// at these names below the temporary directory, and by these in results
const directories = ["app", "layers", "platform", "buildpack", "home", "operator"] as const;

// a tool among the files may have regular expressions with groups of these names: `(?<platform>…)`
const placeholder = new RegExp(`(?<!\\(\\?)<(${directories.join("|")})>`, "g");

/**
 * Runs a function in directories with the given files. `known` are further directories with their
 * names in results.
 */
export async function inWorld<T>(
  { app = {}, env = {}, operatorEnv = {}, bindings = {} }: GivenFiles,
  known: Readonly<Record<string, string>>,
  use: (world: World) => Promise<T>,
): Promise<T> {
  return inTemporaryDirectory(async (root) => {
    const world = worldAt(root, known);
    await writeFileMap(world.app, app);
    await writeFileMap(join(world.platform, "env"), env);
    await writeFileMap(world.operator, operatorEnv);
    for (const [name, entries] of Object.entries(bindings))
      await writeFileMap(join(world.platform, "bindings", name), entries);
    await writeFileMap(world.home, {});
    return use(world);
  }, fastTemporaryRoot());
}

function worldAt(root: string, known: Readonly<Record<string, string>>): World {
  const at = Object.fromEntries(directories.map((name) => [name, join(root, name)]));
  const names = [
    ...directories.map((name) => [join(root, name), name] as const),
    [join(root, "plan.toml"), "plan"] as const,
    ...Object.entries(known),
  ];
  const rename = (text: string) => names.reduce((named, [dir, name]) => named.replaceAll(dir, `<${name}>`), text);
  const place = (text: string) => text.replace(placeholder, (_, name: string) => join(root, name));
  return {
    ...(at as Record<(typeof directories)[number], string>),
    plan: join(root, "plan.toml"),
    plans: join(root, "plans"),
    rename,
    place: (files) => Object.fromEntries(Object.entries(files).map(([path, entry]) => [path, withText(entry, place)])),
    read: (dir) => readFileMap(dir, { rename, modes: true }),
  };
}

function withText(entry: TreeEntry, change: (text: string) => string): TreeEntry {
  if (typeof entry === "string") return change(entry);
  if (entry instanceof Uint8Array || typeof entry.contents !== "string") return entry;
  return { ...entry, contents: change(entry.contents) };
}
