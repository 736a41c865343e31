import { lstatSync } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { join, posix } from "node:path";
import { escapeBuildpackId } from "libcnb/spec";
import type { ProgramFile } from "../compile/executable/executable.ts";
import { bytesOfName, onDisk } from "../files/file-name.ts";
import { directoryEntries, parentEntries } from "../tar/directory.ts";
import type { TarContent, TarEntry } from "../tar/entry.ts";
import type { PackagedModule, SourceModule } from "./module.ts";

/** The compiled program of TypeScript buildpacks, as seen from one of them. */
export interface Program {
  readonly files: readonly ProgramFile[];
  /** The program that starts it as a phase. */
  readonly start: Uint8Array;
  /** The module whose directory has the files, if it is another one. */
  readonly holder?: Holder | undefined;
}

/**
 * The module with the shared files. Hard links stay intact with any later layer in the holder's
 * directory. Symbolic links work across layers as well: pack and others split packages into a layer
 * per buildpack.
 */
export interface Holder {
  readonly dir: string;
  readonly by: "hardlink" | "symlink";
}

const root = { uid: 0, gid: 0 } as const;

type Identity = Pick<SourceModule | PackagedModule, "kind" | "id" | "version">;

/**
 * The directory of a module in a builder: `/cnb/buildpacks/<id with _ for />/<version>`, or below
 * `/cnb/extensions`.
 */
export const moduleDir = ({ kind, id, version }: Identity): string =>
  `/cnb/${kind}s/${escapeBuildpackId(id)}/${version}`;

/** The two directories that come first, as pack's splitting of layers requires. */
export function folderEntries(module: Identity): TarEntry[] {
  const dir = moduleDir(module);
  return [directory(dir.slice(0, dir.lastIndexOf("/"))), directory(dir)];
}

/** Files that packaging adds to a module. */
export interface Additions {
  /** The program of a TypeScript module, or of a composite one that has the program of its members. */
  readonly program?: Program | undefined;
  /** Generated text files by path. */
  readonly texts?: ReadonlyMap<string, string>;
  readonly files?: readonly CarriedFile[];
}

/** A file on disk that is added to a module. */
export interface CarriedFile {
  readonly path: string;
  readonly file: string;
  readonly size: number;
}

/** All entries of one module below its directory. */
export async function contentEntries(
  module: SourceModule,
  { program, texts = new Map(), files = [] }: Additions = {},
): Promise<TarEntry[]> {
  const dir = moduleDir(module);
  const made = [
    file(`${dir}/${module.kind}.toml`, module.text),
    ...[...texts].map(([path, text]) => file(`${dir}/${path}`, Buffer.from(text))),
    ...files.map((each) => file(`${dir}/${each.path}`, each)),
    ...(program ? fileEntries(program, dir) : []),
    ...(program && module.content.kind === "typescript" ? startEntries(program, dir, phases[module.kind]) : []),
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

const startEntries = ({ start }: Program, dir: string, names: readonly string[]): TarEntry[] =>
  names.map((name) => ({ ...root, type: "file", path: `${dir}/bin/${name}`, mode: 0o755, content: start }));

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
