import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { escapeBuildpackId } from "libcnb/spec";
import { CnbError } from "../errors.ts";
import { makeTemporaryDirectory } from "../files/temporary-directory.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import type { Layer } from "../oci/model/image.ts";
import type { TarEntry } from "../tar/entry.ts";
import { withoutSlashes } from "../tar/member.ts";
import { type StreamedMember, tarMembers } from "../tar/read.ts";
import { type BuilderModule, moduleKey } from "./modules/module.ts";

/**
 * The names (`id@version`) of modules (buildpacks and extensions) that share one layer.
 */
export type FlattenGroup = readonly string[];

/**
 * Parses a group in the form of pack's flag `--flatten`: `id@version,id@version`.
 *
 * @throws CnbError ARGUMENT_INVALID
 * @example `parseFlattenGroup("a/b@1.0.0,c/d@2.0.0") // ["a/b@1.0.0", "c/d@2.0.0"]`
 */
export function parseFlattenGroup(text: string): FlattenGroup {
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !/^[^@]+@[^@]+$/.test(name));
  if (wrong === undefined) return [...new Set(names)];
  throw new CnbError(
    "ARGUMENT_INVALID",
    `--flatten ${JSON.stringify(text)}: ${JSON.stringify(wrong)} is not ID@VERSION`,
    {
      hint: "Write for example --flatten 'example/one@1.0.0,example/two@2.1.0'.",
    },
  );
}

/**
 * Checks the groups of modules that are to share a layer. Returns one sentence for each problem. A
 * problem is for example a layer that cannot be divided and also contains modules outside of the
 * group.
 */
export function flattenProblems(groups: readonly FlattenGroup[], modules: readonly BuilderModule[]): string[] {
  const keys = modules.map(moduleKey);
  return groups.flatMap((group, index) => [
    ...group.filter((name) => !keys.includes(name)).map((name) => `--flatten: ${name} is not in the builder`),
    ...group
      .filter((name) => groups.findIndex((other) => other.includes(name)) !== index)
      .map((name) => `--flatten: ${name} is in two groups`),
    ...modules.flatMap((module) => {
      const partner = modules.find(
        (other) => other.layer.diffId === module.layer.diffId && !group.includes(moduleKey(other)),
      );
      return partner && group.includes(moduleKey(module))
        ? [`--flatten: ${moduleKey(module)} shares a layer with ${moduleKey(partner)}, so the group must contain both`]
        : [];
    }),
  ]);
}

/**
 * Puts the buildpacks of each group into one layer, and its extensions into another, byte for byte
 * as pack does. Modules are in the order of builder.toml, and common directories appear only once.
 */
export async function flattenModules(
  groups: readonly FlattenGroup[],
  { listed, modules }: { readonly listed: readonly BuilderModule[]; readonly modules: readonly BuilderModule[] },
  store: BlobStore,
): Promise<readonly BuilderModule[]> {
  const order = [...new Set(listed.map(moduleKey))];
  let flattened = modules;
  for (const group of groups) {
    const members = modules
      .filter((module) => group.includes(moduleKey(module)))
      .sort((a, b) => order.indexOf(moduleKey(a)) - order.indexOf(moduleKey(b)));
    for (const kind of ["buildpack", "extension"] as const) {
      const ofKind = members.filter((module) => module.kind === kind);
      if (ofKind.length < 2) continue;
      const layer = await joinedLayer(ofKind, store);
      flattened = flattened.map((module) => (ofKind.includes(module) ? { ...module, layer } : module));
    }
  }
  return flattened;
}

async function joinedLayer(modules: readonly BuilderModule[], store: BlobStore): Promise<Layer> {
  const dir = makeTemporaryDirectory("libcnb-flatten-");
  try {
    const entries: TarEntry[] = [];
    const parents = new Set<string>();
    const seen = new Set<string>();
    for (const { kind, id, version, layer } of modules) {
      if (seen.has(layer.diffId)) continue;
      seen.add(layer.diffId);
      for await (const member of tarMembers(layer.uncompressed()))
        if (!parents.has(member.path))
          entries.push(await spooled(member, join(dir, String(entries.length)), `${id}@${version}`));
      parents.add(`/cnb/${kind}s/${escapeBuildpackId(id)}`);
    }
    return await createLayer(entries, store);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Stores contents on disk, because programs and dependencies of many buildpacks exceed the memory. */
async function spooled(member: StreamedMember, file: string, key: string): Promise<TarEntry> {
  const { type, path, mode, uid, gid, mtime, size, target } = member;
  const common = { path, mode, uid, gid, mtime };
  if (type === "directory") return { ...common, type, path: withoutSlashes(path) || path };
  if (type === "symlink" || type === "hardlink") return { ...common, type, target };
  if (type !== "file")
    throw new CnbError(
      "TAR_UNSUPPORTED",
      `cannot flatten the layer of ${key}: it contains the ${type} ${JSON.stringify(path)}, but --flatten supports only files, directories and links`,
      { hint: `Remove this entry from the package of ${key}, or remove ${key} from --flatten.` },
    );
  await pipeline(member.content(), createWriteStream(file));
  return { ...common, type, content: { file, size } };
}
