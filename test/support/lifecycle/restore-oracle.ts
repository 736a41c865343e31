import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { directoryEntries } from "@libcnb/packager/oci";
import { formatToml } from "libcnb/spec";
import { tarStream } from "../../../builder-packager/src/tar/write.ts";
import type { BuiltLayer, RestoreCase } from "../generated/restores.ts";
import type { Files, LifecycleBinaries } from "./lifecycle-binaries.ts";
import { withoutClouds } from "./released-lifecycle.ts";

/** A layer as an image's label and a cache's index name it. */
interface Recorded extends Pick<BuiltLayer, "build" | "launch" | "cache"> {
  readonly sha: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const id = "one";
const platformApi = "0.15";

/** The files that the official restorer puts into the buildpack's layers directory, by path. */
export async function restoredByLifecycle(lifecycle: LifecycleBinaries, given: RestoreCase): Promise<Files> {
  const layersDir = await lifecycle.folder("layers", {});
  const archives = await layerArchives(lifecycle, given, layersDir);
  const cacheDir = await lifecycle.folder("cache", { "committed/": "" });
  if (given.cache) await fillCache(cacheDir, given, archives);
  const world = await lifecycle.folder("layers", {
    "group.toml": `[[group]]\nid = "${id}"\nversion = "1"\napi = "0.12"\n`,
    "analyzed.toml": given.image ? analyzedToml(given, archives) : "",
    ...(given.image ? launchSboms(given) : {}),
  });
  const paths = ["-layers", world, "-group", join(world, "group.toml"), "-analyzed", join(world, "analyzed.toml")];
  const ids = { CNB_USER_ID: String(process.getuid?.() || 1000), CNB_GROUP_ID: String(process.getgid?.() || 1000) };
  const env = { ...ids, ...withoutClouds, PATH: "/usr/bin:/bin", HOME: world, CNB_PLATFORM_API: platformApi };
  const { exitCode, output } = await lifecycle.run("restorer", [...paths, "-cache-dir", cacheDir], { env });
  if (exitCode !== 0) throw new Error(`the restorer exited ${exitCode}: ${output}`);
  return filesIn(join(world, id));
}

interface Archive {
  readonly sha: string;
  readonly tar: Uint8Array;
}

/** The layers' archives as an exporter makes them: absolute paths of this layers directory. */
async function layerArchives(
  lifecycle: LifecycleBinaries,
  { layers }: RestoreCase,
  layersDir: string,
): Promise<ReadonlyMap<string, Archive>> {
  const all = Object.entries(layers).map(async ([name, { contents }]) => {
    const source = await lifecycle.folder(`archives/${name}`, contents);
    return [name, await archiveOf(source, join(layersDir, id, name))] as const;
  });
  return new Map(await Promise.all(all));
}

async function archiveOf(source: string, at: string): Promise<Archive> {
  const owner = { uid: process.getuid?.() || 1000, gid: process.getgid?.() || 1000 };
  const chunks: Uint8Array[] = [];
  for await (const chunk of tarStream(await directoryEntries(source, { at, ...owner })))
    chunks.push(Uint8Array.from(chunk));
  const tar = Buffer.concat(chunks);
  return { tar, sha: `sha256:${createHash("sha256").update(tar).digest("hex")}` };
}

async function fillCache(dir: string, given: RestoreCase, archives: ReadonlyMap<string, Archive>): Promise<void> {
  const cached = Object.entries(given.layers).filter(([, { cache }]) => cache);
  const sboms = await cacheSboms(join(dir, ".."), cached);
  const layers = recorded(cached, (name) => archives.get(name)?.sha ?? "");
  const index = { sbom: { sha: sboms.sha }, buildpacks: [{ key: id, version: "1", layers }] };
  const files = [...cached.map(([name]) => archives.get(name)), sboms];
  for (const file of files) if (file) await writeFile(join(dir, "committed", `${file.sha}.tar`), file.tar);
  await writeFile(join(dir, "committed/io.buildpacks.lifecycle.cache.metadata"), JSON.stringify(index));
}

async function cacheSboms(root: string, cached: readonly (readonly [string, BuiltLayer])[]): Promise<Archive> {
  const source = join(root, "cache-sboms");
  await mkdir(source, { recursive: true });
  for (const [name] of cached.filter(([, { hasSbom }]) => hasSbom)) {
    await mkdir(join(source, id, name), { recursive: true });
    await writeFile(join(source, id, name, "sbom.cdx.json"), `{"layer":"${name}"}`);
  }
  const archive = await archiveOf(source, join(root, "layers/sbom/cache"));
  await rm(source, { recursive: true });
  return archive;
}

/** The directory into which the analyzer puts the SBOMs of the previous image before the restorer runs. */
function launchSboms({ layers }: RestoreCase): Files {
  const launch = Object.entries(layers).filter(([, { launch, hasSbom }]) => launch && hasSbom);
  return Object.fromEntries(launch.map(([name]) => [`sbom/launch/${id}/${name}/sbom.cdx.json`, `{"layer":"${name}"}`]));
}

function recorded(
  layers: readonly (readonly [string, BuiltLayer])[],
  shaOf: (name: string) => string,
): Readonly<Record<string, Recorded>> {
  return Object.fromEntries(
    layers.map(([name, { build, launch, cache, metadata }]) => [
      name,
      { sha: shaOf(name), data: metadata, build, launch, cache },
    ]),
  );
}

/** The previous image's label, as the analyzer writes it down. */
function analyzedToml(given: RestoreCase, archives: ReadonlyMap<string, Archive>): string {
  const launch = Object.entries(given.layers).filter(([, { launch }]) => launch);
  const sha = (name: string) =>
    given.stale.includes(name) ? `sha256:${"0".repeat(64)}` : (archives.get(name)?.sha ?? "");
  const layers = Object.fromEntries(
    Object.entries(recorded(launch, sha)).map(([name, { data, ...layer }]) => [name, { ...layer, metadata: data }]),
  );
  const store = given.store && { store: { metadata: given.store } };
  return formatToml({ metadata: { buildpacks: [{ key: id, version: "1", layers, ...store }] } });
}

/** None where there is no directory: as in a container, the restorer alone makes it, and SBOM files come back only into one that is there. */
async function filesIn(dir: string): Promise<Files> {
  if (!existsSync(dir)) return {};
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files.sort().map(async (file) => [file.slice(dir.length + 1), await readFile(file, "utf8")] as const);
  return Object.fromEntries(await Promise.all(texts));
}
