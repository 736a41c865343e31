import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onDisk } from "../../files/file-name.ts";
import { directoryEntries } from "../../tar/directory.ts";
import type { TarEntry } from "../../tar/entry.ts";
import type { Process, Slice } from "../formats/launch-toml.ts";
import { launcherFile, layersDir, lifecycleDir, processDir } from "../paths.ts";
import { sliceFiles } from "../phases/slices.ts";
import type { WorkDir } from "../rootfs/work-dir.ts";

/**
 * The user and group of exported files. They are always the build's user, so that the digest does
 * not depend on the user who runs cnb.
 */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Lists the tar entries of a layer's directory below `/layers` and of its parent directories, as
 * the lifecycle's DirLayer writes them. `hostPath` is the path of the layer.
 */
export async function layerEntries(
  path: string,
  hostPath: string,
  { layers, imageModes }: Pick<WorkDir, "layers" | "imageModes">,
  owner: Owner,
  signal: AbortSignal,
): Promise<readonly TarEntry[]> {
  const parents = parentsOf(path).filter((parent) => parent.startsWith(layersDir));
  const modeIn = (parent: string) =>
    (parent === layersDir ? imageModes?.layers : undefined) ?? modeOf(join(layers, parent.slice(layersDir.length)));
  const above = await Promise.all(parents.map(async (parent) => directory(parent, owner, await modeIn(parent))));
  return [...above, ...(await layerFiles(hostPath, path, owner, signal))];
}

/**
 * Lists the tar entries of the SBOM files for the image or the cache, with their parent
 * directories, as the lifecycle writes them.
 */
export async function sbomEntries(
  set: "launch" | "cache",
  hostPath: string,
  owner: Owner,
  signal: AbortSignal,
): Promise<readonly TarEntry[]> {
  const above = [layersDir, `${layersDir}/sbom`].map((path) => directory(path, owner, 0o755));
  return [...above, ...(await layerFiles(hostPath, `${layersDir}/sbom/${set}`, owner, signal))];
}

/**
 * Lists the tar entries of the app directory, at its path in the image: one list per slice, and one
 * for the remaining files.
 */
export async function appEntries(
  { app, inside: { app: at }, imageModes }: Pick<WorkDir, "app" | "inside" | "imageModes">,
  slices: readonly Slice[],
  owner: Owner,
  signal: AbortSignal,
): Promise<readonly (readonly TarEntry[])[]> {
  const files = await layerFiles(app, at, owner, signal);
  const mode = imageModes?.app;
  const entries = mode === undefined ? files : files.map((entry) => (entry.path === at ? { ...entry, mode } : entry));
  const mapped = entries.map((entry) => ({ path: entry.path.slice(at.length + 1), entry }));
  const sliced = await sliceFiles(mapped, slices, signal);
  return sliced.map((files) => files.map(({ entry }) => entry));
}

/** Lists the tar entries of the launcher, which starts every process of the image. */
export async function launcherEntries(hostPath: string): Promise<readonly TarEntry[]> {
  const { size } = await lstat(hostPath);
  const file: TarEntry = { type: "file", path: launcherFile, mode: 0o755, ...root, content: { file: hostPath, size } };
  return [...[dirname(lifecycleDir), lifecycleDir].map((path) => directory(path, root, 0o755)), file];
}

/** Creates the tar entries of `<layers>/config/metadata.toml`, which the launcher reads. */
export function configEntries(metadataToml: string, owner: Owner): readonly TarEntry[] {
  const path = `${layersDir}/config/metadata.toml`;
  const file: TarEntry = { type: "file", path, mode: 0o644, ...owner, content: Buffer.from(metadataToml) };
  return [...[layersDir, `${layersDir}/config`].map((parent) => directory(parent, owner, 0o755)), file];
}

/** Creates the tar entries of the links to the launcher, one per process type. */
export function processTypeEntries(processes: readonly Process[]): readonly TarEntry[] {
  const links = processes.map(
    ({ type }): TarEntry => ({
      type: "symlink",
      path: `${processDir}/${type}`,
      mode: 0o755,
      ...root,
      target: launcherFile,
    }),
  );
  return [...[dirname(processDir), processDir].map((path) => directory(path, root, 0o755)), ...links];
}

const layerFiles = (
  hostPath: string,
  at: string,
  { uid, gid }: Owner,
  signal: AbortSignal,
): Promise<readonly TarEntry[]> => directoryEntries(hostPath, { at, uid, gid, rules: "lifecycle", signal });

const root = { uid: 0, gid: 0 };

const directory = (path: string, owner: Owner, mode: number): TarEntry => ({ type: "directory", path, mode, ...owner });

const modeOf = async (path: string): Promise<number> => (await lstat(onDisk(path))).mode & 0o7777;

const parentsOf = (path: string): readonly string[] =>
  dirname(path) === "/" ? [] : [...parentsOf(dirname(path)), dirname(path)];
