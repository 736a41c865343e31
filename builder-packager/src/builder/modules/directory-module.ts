import { lstatSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BuildpackToml, escapeBuildpackId } from "libcnb/spec";
import { checkedDescriptor, refuseUnusableConfigurations } from "../../config/check-descriptor.ts";
import { readConfigFile } from "../../config/read-file.ts";
import { defined, unlessEmpty } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { onDisk } from "../../files/file-name.ts";
import type { BlobStore } from "../../oci/layers/blob-store.ts";
import { createLayer } from "../../oci/layers/layer.ts";
import type { Layer } from "../../oci/model/image.ts";
import { directoryEntries } from "../../tar/directory.ts";
import type { TarEntry } from "../../tar/entry.ts";
import type { BuilderModule, ModuleDescription, ModuleFacts, ModuleKind } from "./module.ts";

/**
 * Packs a directory with a prebuilt buildpack or extension: a descriptor with executables, or with
 * the order of a composite buildpack.
 *
 * @throws CnbError BUILDPACK_NOT_FOUND, BUILDPACK_INVALID, BUILDPACK_ENTRY_MISSING
 */
export async function moduleFromDirectory(dir: string, kind: ModuleKind, store: BlobStore): Promise<BuilderModule> {
  const file = join(dir, `${kind}.toml`);
  const text = await readConfigFile(file, {
    unreadable: (reason) =>
      new CnbError("BUILDPACK_NOT_FOUND", `${dir} contains no ${kind}: cannot read ${kind}.toml: ${reason}`, {
        hint: `Use the directory of a prebuilt ${kind}, a .cnb file, oci:DIR or an image name.`,
      }),
    tooLarge: (reason) => new CnbError("BUILDPACK_INVALID", `${file} ${reason}`, { hint: `Shorten ${file}.` }),
  });
  const toml = checkedDescriptor(kind, text, file);
  refuseUnusableConfigurations(toml, text, file);
  if (toml.order.length === 0) await checkExecutables(dir, kind);
  return describedModule(kind, toml, await createLayer(await moduleEntries(dir, kind, toml.buildpack), store));
}

/**
 * Combines a layer with the metadata in the descriptor of the module (a buildpack or an extension)
 * that the layer contains.
 */
export function describedModule(kind: ModuleKind, toml: BuildpackToml, layer: Layer): BuilderModule {
  const { id, version } = toml.buildpack;
  return { kind, id, version, facts: factsOf(toml), description: descriptionOf(toml), layer };
}

/** The required files, one of each list. The output of an extension can replace `bin/generate`. */
const needed: Readonly<Record<ModuleKind, readonly (readonly string[])[]>> = {
  buildpack: [["bin/detect"], ["bin/build"]],
  extension: [["bin/generate", "generate"]],
};

async function checkExecutables(dir: string, kind: ModuleKind): Promise<void> {
  for (const names of needed[kind]) {
    const found = await Promise.all(names.map((name) => stat(join(dir, name)).catch(() => undefined)));
    if (found.some((facts) => facts?.isFile() || (kind === "extension" && facts?.isDirectory()))) continue;
    throw new CnbError("BUILDPACK_ENTRY_MISSING", `${dir} is not a prebuilt ${kind}: it has no ${names.join(" or ")}`, {
      hint: `Add ${names[0]}. If the ${kind} is written in TypeScript, package it with cnb ${kind} package first.`,
    });
  }
}

/**
 * The entries of a module (a buildpack or an extension) as pack stores them: its two directories,
 * then its files with modes independent of the umask.
 */
async function moduleEntries(dir: string, kind: ModuleKind, identity: Identity): Promise<TarEntry[]> {
  const at = modulePath(kind, identity);
  const [, ...files] = await directoryEntries(await realpath(dir), { at, uid: 0, gid: 0 });
  return entriesInModule(kind, identity, withHardLinks(files));
}

export interface Identity {
  readonly id: string;
  readonly version: string;
}

/** Returns the path of a module (a buildpack or an extension) in a builder. */
export const modulePath = (kind: ModuleKind, { id, version }: Identity): string =>
  `/cnb/${kind}s/${escapeBuildpackId(id)}/${version}`;

/**
 * Returns the archive entries of a module (a buildpack or an extension): the two directories that
 * contain it, then its files. All entries are owned by root, with mode 0755 or 0644.
 */
export function entriesInModule(kind: ModuleKind, identity: Identity, files: readonly TarEntry[]): TarEntry[] {
  const at = modulePath(kind, identity);
  const own = [dirname(at), at].map((path): TarEntry => ({ type: "directory", path, mode: 0o755, uid: 0, gid: 0 }));
  return [...own, ...files.map((entry) => ({ ...entry, uid: 0, gid: 0, mode: plainMode(entry, at) }))];
}

const executables = ["bin/detect", "bin/build", "bin/generate"];

function plainMode(entry: TarEntry, at: string): number {
  const isExecutable = (entry.mode & 0o111) !== 0 || executables.some((name) => entry.path === `${at}/${name}`);
  return entry.type === "directory" || isExecutable ? 0o755 : 0o644;
}

/** Replaces further names of the same file by hard links, as pack does: programs often have two names. */
function withHardLinks(entries: readonly TarEntry[]): TarEntry[] {
  const first = new Map<string, string>();
  return entries.map((entry) => {
    if (entry.type !== "file" || entry.content instanceof Uint8Array) return entry;
    const { dev, ino, nlink } = lstatSync(onDisk(entry.content.file), { bigint: true });
    const target = nlink > 1n ? first.get(`${dev} ${ino}`) : undefined;
    if (nlink > 1n && target === undefined) first.set(`${dev} ${ino}`, entry.path);
    const { content: _same, ...attributes } = entry;
    return target === undefined ? entry : { ...attributes, type: "hardlink", target };
  });
}

function factsOf({ api, stacks, targets, order, buildpack }: BuildpackToml): ModuleFacts {
  return {
    api,
    ...defined({
      stacks: unlessEmpty(stacks),
      targets: unlessEmpty(targets),
      order: unlessEmpty(order.map((group) => ({ group: group.map(memberOf) }))),
      homepage: buildpack.homepage,
      name: buildpack.name,
    }),
  };
}

const memberOf = ({ id, version, optional }: BuildpackToml["order"][number][number]) => ({
  id,
  ...defined({ version, optional: optional || undefined }),
});

function descriptionOf({ buildpack }: BuildpackToml): ModuleDescription {
  const licenses = buildpack.licenses.map(({ type = "", uri = "" }) => ({ Type: type, URI: uri }));
  return defined({
    description: buildpack.description,
    keywords: unlessEmpty(buildpack.keywords),
    "exec-env": unlessEmpty(buildpack.execEnv),
    licenses: unlessEmpty(licenses),
    "clear-env": buildpack.clearEnv || undefined,
  });
}
