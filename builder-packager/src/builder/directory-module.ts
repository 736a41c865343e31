import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type BuildpackToml, escapeBuildpackId } from "libcnb/spec";
import { decodeDescriptor } from "../config/module-descriptor.ts";
import { withCode } from "../config/problems.ts";
import { readConfigFile } from "../config/read-file.ts";
import { CnbError } from "../errors.ts";
import type { BlobStore } from "../oci/blob-store.ts";
import { createLayer } from "../oci/layer.ts";
import { directoryEntries } from "../tar/directory.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { BuilderModule, ModuleDescription, ModuleFacts, ModuleKind } from "./module.ts";

/**
 * Packs a directory that holds a prebuilt buildpack or extension: its descriptor and executables, or an order.
 *
 * @throws CnbError BUILDPACK_NOT_FOUND, BUILDPACK_INVALID, BUILDPACK_ENTRY_MISSING
 */
export async function moduleFromDirectory(dir: string, kind: ModuleKind, store: BlobStore): Promise<BuilderModule> {
  const file = join(dir, `${kind}.toml`);
  const text = await readConfigFile(file, {
    unreadable: (reason) =>
      new CnbError("BUILDPACK_NOT_FOUND", `${dir} holds no ${kind}: cannot read ${kind}.toml: ${reason}`, {
        hint: `Name the folder of a prebuilt ${kind}, a .cnb file, oci:DIR or a registry name.`,
      }),
    tooLarge: (reason) => new CnbError("BUILDPACK_INVALID", `${file} ${reason}`, { hint: `Shorten ${file}.` }),
  });
  const toml = withCode("BUILDPACK_INVALID", () => decodeDescriptor(kind, text, file));
  if (toml.order.length === 0) await checkExecutables(dir, kind);
  const entries = await moduleEntries(dir, kind, toml.buildpack);
  const { id, version } = toml.buildpack;
  return {
    kind,
    id,
    version,
    facts: factsOf(toml),
    description: descriptionOf(toml),
    layer: await createLayer(entries, store),
  };
}

/** One of each list. The output of an extension may lie ready in place of `bin/generate`. */
const needed: Readonly<Record<ModuleKind, readonly (readonly string[])[]>> = {
  buildpack: [["bin/detect"], ["bin/build"]],
  extension: [["bin/generate", "generate"]],
};

async function checkExecutables(dir: string, kind: ModuleKind): Promise<void> {
  for (const names of needed[kind]) {
    const found = await Promise.all(names.map((name) => stat(join(dir, name)).catch(() => undefined)));
    if (found.some((facts) => facts?.isFile() || (kind === "extension" && facts?.isDirectory()))) continue;
    throw new CnbError("BUILDPACK_ENTRY_MISSING", `${dir} is not a prebuilt ${kind}: it has no ${names.join(" or ")}`, {
      hint: `Package TypeScript with \`cnb ${kind} package\` first.`,
    });
  }
}

/** As pack stores a buildpack: the two directories that are its own, then its files with modes that no umask changes. */
async function moduleEntries(
  dir: string,
  kind: ModuleKind,
  { id, version }: { readonly id: string; readonly version: string },
): Promise<TarEntry[]> {
  const parent = `/cnb/${kind}s/${escapeBuildpackId(id)}`;
  const at = `${parent}/${version}`;
  const files = await directoryEntries(dir, { at, uid: 0, gid: 0 });
  return [
    { type: "directory", path: parent, mode: 0o755, uid: 0, gid: 0 },
    ...files.map((entry) => withPlainMode(entry, at)),
  ];
}

const executables = ["bin/detect", "bin/build", "bin/generate"];

function withPlainMode(entry: TarEntry, at: string): TarEntry {
  if (entry.type === "symlink") return { ...entry, mode: 0o777 };
  const isExecutable = (entry.mode & 0o111) !== 0 || executables.some((name) => entry.path === `${at}/${name}`);
  return { ...entry, mode: entry.type === "directory" || isExecutable ? 0o755 : 0o644 };
}

function factsOf({ api, stacks, targets, order, buildpack }: BuildpackToml): ModuleFacts {
  return {
    api,
    ...(stacks.length > 0 && { stacks }),
    ...(targets.length > 0 && { targets }),
    ...(order.length > 0 && { order: order.map((group) => ({ group: group.map(memberOf) })) }),
    ...(buildpack.homepage !== undefined && { homepage: buildpack.homepage }),
    ...(buildpack.name !== undefined && { name: buildpack.name }),
  };
}

const memberOf = ({ id, version, optional }: BuildpackToml["order"][number][number]) => ({
  id,
  ...(version !== undefined && { version }),
  ...(optional && { optional }),
});

function descriptionOf({ buildpack }: BuildpackToml): ModuleDescription {
  const licenses = buildpack.licenses.map(({ type, uri }) => ({
    ...(type && { Type: type }),
    ...(uri && { URI: uri }),
  }));
  return {
    ...(buildpack.description !== undefined && { description: buildpack.description }),
    ...(buildpack.keywords.length > 0 && { keywords: buildpack.keywords }),
    ...(buildpack.execEnv.length > 0 && { "exec-env": buildpack.execEnv }),
    ...(licenses.length > 0 && { licenses }),
    ...(buildpack.clearEnv && { "clear-env": true }),
  };
}
