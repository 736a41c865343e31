import { lstatSync } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { join, posix } from "node:path";
import { escapeBuildpackId } from "libcnb/spec";
import type { ProgramFile } from "../compile/executable/executable.ts";
import { bytesOfName, onDisk } from "../files/file-name.ts";
import { directoryEntries, parentEntries } from "../tar/directory.ts";
import type { TarContent, TarEntry } from "../tar/entry.ts";
import type { PackagedModule, SourceModule } from "./module.ts";

/** A compiled program of TypeScript buildpacks. It is in the directory of one of the buildpacks. */
export interface Program {
  readonly files: readonly ProgramFile[];
  /**
   * The module (a buildpack or an extension) whose directory contains the program's files, if that
   * is a different module.
   */
  readonly holder?: Holder | undefined;
}

/**
 * The executable of a phase such as `bin/detect`. It is given by its bytes, or if it is a link, by
 * the name of the linked file in the same directory.
 */
export type Start = Uint8Array | string;

/** The executables that start the phases of a TypeScript module (a buildpack or an extension). */
export interface Starts {
  readonly detect: Start;
  /** The executable of `bin/build` or `bin/generate`. */
  readonly work: Start;
}

/**
 * The module (a buildpack or an extension) whose directory contains the files that several modules
 * share. Other modules refer to these files by links. A hard link only works within a layer, but a
 * later layer in the same directory does not break it. A symbolic link also works across layers,
 * which matters because pack and other tools split packages into one layer per buildpack.
 */
export interface Holder {
  readonly dir: string;
  readonly by: "hardlink" | "symlink";
}

const root = { uid: 0, gid: 0 } as const;

type Identity = Pick<SourceModule | PackagedModule, "kind" | "id" | "version">;

/**
 * Returns the directory of a module in a builder: `/cnb/buildpacks/ID/VERSION` or
 * `/cnb/extensions/ID/VERSION`. Each `/` in the id is replaced by `_`.
 */
export const moduleDir = ({ kind, id, version }: Identity): string =>
  `/cnb/${kind}s/${escapeBuildpackId(id)}/${version}`;

/**
 * Returns the archive entries of the two directories that contain a module's files. These entries
 * must precede the entries of the files, because pack splits layers at them.
 */
export function folderEntries(module: Identity): TarEntry[] {
  const dir = moduleDir(module);
  return [directory(dir.slice(0, dir.lastIndexOf("/"))), directory(dir)];
}

/** Files that packaging adds to the files in a module's source directory. */
export interface Additions {
  /**
   * The programs of a TypeScript module (a buildpack or an extension), or those that a composite
   * module holds for its members.
   */
  readonly programs?: readonly Program[];
  /**
   * The executables of the phases; undefined if the module (a buildpack or an extension) has its
   * own, or has no phases.
   */
  readonly starts?: Starts | undefined;
  /** Generated text files, by path in the module's directory. */
  readonly texts?: ReadonlyMap<string, string>;
  readonly files?: readonly CarriedFile[];
  /** The compiled exec.d programs of a TypeScript buildpack. */
  readonly execD?: readonly ProgramFile[];
}

/** A file on disk that is added to a module's directory. */
export interface CarriedFile {
  readonly path: string;
  readonly file: string;
  readonly size: number;
}

/** Returns the archive entries of all files of a module (a buildpack or an extension). */
export async function contentEntries(
  module: SourceModule,
  { programs = [], starts, texts = new Map(), files = [], execD = [] }: Additions = {},
): Promise<TarEntry[]> {
  const dir = moduleDir(module);
  const made = [
    file(`${dir}/${module.kind}.toml`, module.text),
    ...[...texts].map(([path, text]) => file(`${dir}/${path}`, Buffer.from(text))),
    ...files.map((each) => file(`${dir}/${each.path}`, each)),
    ...execD.map(({ mode, path, ...content }) => ({ ...file(`${dir}/${path}`, content), mode })),
    ...programs.flatMap((program) => fileEntries(program, dir)),
    ...(starts === undefined ? [] : startEntries(starts, dir, phases[module.kind])),
  ];
  const own = isWhole(module) ? await entriesBelow(module.root, dir) : await includedEntries(module, dir);
  return inOrder([...own, ...made.flatMap((entry) => [...foldersAbove(entry.path, dir), entry])]);
}

const isWhole = ({ content }: SourceModule): boolean =>
  content.kind === "prebuilt" || (content.kind === "composite" && content.isWhole);

const file = (path: string, content: TarContent): TarEntry => ({ ...root, type: "file", path, mode: 0o644, content });

const foldersAbove = (path: string, dir: string): TarEntry[] =>
  parentEntries(path).filter((parent) => parent.path.startsWith(`${dir}/`));

async function includedEntries({ dir: source, included }: SourceModule, dir: string): Promise<TarEntry[]> {
  const files = included.map(async (path) => {
    const at = `${dir}/${path}`;
    const above = foldersAbove(at, dir);
    const named = join(source, path);
    if ((await lstat(onDisk(named))).isDirectory()) return [...above, directory(at)];
    const entries = await directoryEntries(named, { at, ...root });
    return [...above, ...entries.map((entry) => ({ ...entry, mode: normalMode(entry, dir) }))];
  });
  return (await Promise.all(files)).flat();
}

/** Sorts as Go's filepath.Walk does and removes duplicates; the last of them is kept. */
function inOrder(entries: readonly TarEntry[]): TarEntry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const key = (path: string) => bytesOfName(path.replaceAll("/", "\0"));
  return [...byPath.values()].sort((a, b) => Buffer.compare(key(a.path), key(b.path)));
}

/** The phases, sorted. */
const phases = { buildpack: ["build", "detect"], extension: ["detect", "generate"] } as const;

const startEntries = (starts: Starts, dir: string, names: readonly string[]): TarEntry[] =>
  names.map((name) => {
    const path = `${dir}/bin/${name}`;
    const start = name === "detect" ? starts.detect : starts.work;
    return typeof start === "string"
      ? { ...root, type: "symlink", path, mode: 0o755, target: start }
      : { ...root, type: "file", path, mode: 0o755, content: start };
  });

const fileEntries = ({ files, holder }: Program, dir: string): TarEntry[] =>
  files.map(({ path: name, mode, ...content }) => {
    const path = `${dir}/${name}`;
    if (holder === undefined) return { ...root, type: "file", path, mode, content };
    const target = `${holder.dir}/${name}`;
    return holder.by === "hardlink"
      ? { ...root, type: "hardlink", path, mode, target }
      : { ...root, type: "symlink", path, mode: 0o755, target: posix.relative(posix.dirname(path), target) };
  });

/** The entries of a directory, which may itself be a link. */
const entriesBelow = async (source: string, dir: string): Promise<TarEntry[]> =>
  (await packedEntries(await realpath(source), dir, dir)).slice(1);

/** The entries of a file or directory, without the inputs and outputs of packaging. */
async function packedEntries(source: string, at: string, dir: string): Promise<TarEntry[]> {
  const entries = await directoryEntries(source, { at, ...root });
  const layouts = entries
    .filter(({ path }) => path.endsWith("/oci-layout"))
    .map(({ path }) => path.slice(0, -"oci-layout".length));
  const kept = entries.filter(
    ({ path }) => !isOutput(path, dir) && !layouts.some((layout) => `${path}/`.startsWith(layout)),
  );
  return withHardLinks(kept.map((entry) => ({ ...entry, mode: normalMode(entry, dir) })));
}

/** Stores a file with several names under the first one, unless only one of them is made executable. */
function withHardLinks(entries: readonly TarEntry[]): TarEntry[] {
  const first = new Map<string, string>();
  return entries.map((entry) => {
    if (entry.type !== "file" || !("file" in entry.content)) return entry;
    const { nlink, dev, ino } = lstatSync(onDisk(entry.content.file));
    const file = `${dev}:${ino}:${entry.mode}`;
    const target = nlink > 1 ? first.get(file) : undefined;
    if (nlink > 1 && target === undefined) first.set(file, entry.path);
    const { content: _content, type: _type, ...common } = entry;
    return target === undefined ? entry : { ...common, type: "hardlink", target };
  });
}

/** True for inputs and outputs of packaging itself. */
const isOutput = (path: string, dir: string): boolean => path.endsWith(".cnb") || `${path}/`.startsWith(`${dir}/.git/`);

/** pack's rule: a file executable by anyone becomes executable by all. */
function normalMode({ type, path, mode }: TarEntry, dir: string): number {
  const executables = ["detect", "build", "generate"].map((name) => `${dir}/bin/${name}`);
  return type === "directory" || (mode & 0o111) !== 0 || executables.includes(path) ? 0o755 : 0o644;
}

const directory = (path: string): TarEntry => ({ ...root, type: "directory", path, mode: 0o755 });
