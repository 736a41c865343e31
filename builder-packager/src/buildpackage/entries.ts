import { join } from "node:path";
import { escapeBuildpackId } from "libcnb/spec";
import { directoryEntries, parentEntries } from "../tar/directory.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { SourceModule } from "./module.ts";

/** A file on disk that becomes a file of a layer. */
export interface LayerFile {
  readonly file: string;
  readonly size: number;
}

/** The compiled program of a TypeScript buildpack, or the place of the same program earlier in the layer. */
export type Program = (
  | { readonly kind: "file"; readonly executable: LayerFile; readonly license: LayerFile }
  | { readonly kind: "link"; readonly to: string }
) & {
  /** What starts it as a phase. */
  readonly start: Uint8Array;
};

const root = { uid: 0, gid: 0 } as const;

/** Where a module is in a builder: `/cnb/buildpacks/<id with _ for />/<version>`, or below `/cnb/extensions`. */
export const moduleDir = ({ kind, id, version }: Pick<SourceModule, "kind" | "id" | "version">): string =>
  `/cnb/${kind}s/${escapeBuildpackId(id)}/${version}`;

/** The two folders that come first, as pack's splitting of layers expects. */
export function folderEntries(module: Pick<SourceModule, "kind" | "id" | "version">): TarEntry[] {
  const dir = moduleDir(module);
  return [directory(dir.slice(0, dir.lastIndexOf("/"))), directory(dir)];
}

/** Everything of one module below its folder. */
export async function contentEntries(module: SourceModule, program: Program | undefined): Promise<TarEntry[]> {
  const dir = moduleDir(module);
  if (module.content.kind === "prebuilt") return entriesBelow(module.dir, dir);
  const descriptor: TarEntry = {
    ...root,
    type: "file",
    path: `${dir}/${module.kind}.toml`,
    mode: 0o644,
    content: module.text,
  };
  const made = program ? [...programEntries(program, dir, phases[module.kind]), descriptor] : [descriptor];
  return module.included.length === 0 ? made : inOrder([...(await includedEntries(module, dir)), ...made]);
}

async function includedEntries({ dir: source, included }: SourceModule, dir: string): Promise<TarEntry[]> {
  const trees = included.map(async (path) => {
    const at = `${dir}/${path}`;
    const above = parentEntries(at).filter((parent) => parent.path.startsWith(`${dir}/`));
    return [...above, ...(await packedEntries(join(source, path), at, dir))];
  });
  return (await Promise.all(trees)).flat();
}

/** Each path once, the last one given, as Go's filepath.Walk meets them. */
function inOrder(entries: readonly TarEntry[]): TarEntry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const key = (path: string) => Buffer.from(path.replaceAll("/", "\0"));
  return [...byPath.values()].sort((a, b) => Buffer.compare(key(a.path), key(b.path)));
}

/** Sorted. */
const phases = { buildpack: ["build", "detect"], extension: ["detect", "generate"] } as const;

function programEntries(program: Program, dir: string, names: readonly string[]): TarEntry[] {
  const starts = names.map(
    (name): TarEntry => ({ ...root, type: "file", path: `${dir}/bin/${name}`, mode: 0o755, content: program.start }),
  );
  const [license, main] = fileEntries(program, dir);
  return [directory(`${dir}/bin`), license, ...starts, main];
}

function fileEntries(program: Program, dir: string): [TarEntry, TarEntry] {
  const [main, license] = [`${dir}/bin/main`, `${dir}/bin/LICENSE`];
  if (program.kind === "link") {
    return [
      { ...root, type: "hardlink", path: license, mode: 0o644, target: `${program.to}/bin/LICENSE` },
      { ...root, type: "hardlink", path: main, mode: 0o755, target: `${program.to}/bin/main` },
    ];
  }
  return [
    { ...root, type: "file", path: license, mode: 0o644, content: program.license },
    { ...root, type: "file", path: main, mode: 0o755, content: program.executable },
  ];
}

const entriesBelow = async (source: string, dir: string): Promise<TarEntry[]> =>
  (await packedEntries(source, dir, dir)).slice(1);

/** A file, or a folder with all that is in it, but for what packages are made from and into. */
async function packedEntries(source: string, at: string, dir: string): Promise<TarEntry[]> {
  const entries = await directoryEntries(source, { at, ...root });
  const layouts = entries
    .filter(({ path }) => path.endsWith("/oci-layout"))
    .map(({ path }) => path.slice(0, -"oci-layout".length));
  const kept = entries.filter(
    ({ path }) => !isOutput(path, dir) && !layouts.some((layout) => `${path}/`.startsWith(layout)),
  );
  return kept.map((entry) => ({ ...entry, mode: normalMode(entry, dir) }));
}

/** What packaging itself needs or makes. */
const isOutput = (path: string, dir: string): boolean =>
  path.endsWith(".cnb") || path === `${dir}/package.toml` || `${path}/`.startsWith(`${dir}/.git/`);

/** pack's rule: what may be executed may be executed by all. */
function normalMode({ type, path, mode }: TarEntry, dir: string): number {
  const executables = ["detect", "build", "generate"].map((name) => `${dir}/bin/${name}`);
  return type === "directory" || (mode & 0o111) !== 0 || executables.includes(path) ? 0o755 : 0o644;
}

const directory = (path: string): TarEntry => ({ ...root, type: "directory", path, mode: 0o755 });
