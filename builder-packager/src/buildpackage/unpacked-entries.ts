import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join, posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Layer } from "../oci/model/image.ts";
import { decompress } from "../tar/compression.ts";
import type { TarEntry } from "../tar/entry.ts";
import { type StreamedMember, tarMembers } from "../tar/read.ts";
import { moduleDir } from "./entries.ts";
import type { PackagedModule } from "./module.ts";

/**
 * Calls `use` with the archive entries of packaged modules (buildpacks and extensions). The
 * modules' files are extracted to a temporary directory, because a layer may be larger than the
 * memory.
 */
export async function withUnpackedEntries<Result>(
  modules: readonly PackagedModule[],
  dir: string,
  use: (entries: ReadonlyMap<PackagedModule, readonly TarEntry[]>) => Promise<Result>,
): Promise<Result> {
  if (modules.length === 0) return use(new Map());
  await mkdir(dir, { recursive: true });
  const workDir = await mkdtemp(join(dir, ".unpack-"));
  try {
    const entries = new Map<PackagedModule, TarEntry[]>();
    for (const [layer, sharing] of Map.groupBy(modules, (module) => module.layer)) {
      const all = await unpack(layer, workDir);
      for (const module of sharing)
        entries.set(
          module,
          all.filter(({ path }) => path.startsWith(`${moduleDir(module)}/`)),
        );
    }
    return await use(entries);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function unpack(layer: Layer, workDir: string): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  const dir = await mkdtemp(join(workDir, "layer-"));
  for await (const member of tarMembers(decompress(layer.uncompressed()))) {
    const entry = await entryOf(member, join(dir, String(entries.length)));
    if (entry) entries.push(entry);
  }
  return entries;
}

/** An entry as stored, without leading and trailing slashes. Devices are not permitted in a buildpack. */
async function entryOf(member: StreamedMember, file: string): Promise<TarEntry | undefined> {
  const { type, mode, uid, gid, mtime, size } = member;
  const common = { path: absolute(member.path), mode, uid, gid, mtime };
  if (type === "directory") return { ...common, type };
  if (type === "symlink") return { ...common, type, target: member.target };
  if (type === "hardlink") return { ...common, type, target: absolute(member.target) };
  if (type !== "file") return undefined;
  await pipeline(Readable.from(member.content()), createWriteStream(file));
  return { ...common, type, content: { file, size } };
}

const absolute = (path: string): string => posix.join("/", path).replace(/(?<=.)\/$/, "");
