import { createReadStream } from "node:fs";
import { posix } from "node:path";
import { decodeDescriptor } from "../../config/module-descriptor.ts";
import { withPositions } from "../../config/problems.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { digestOfFile } from "../../lifecycle/uri.ts";
import { limits } from "../../limits.ts";
import { createLayer } from "../../oci/layers/layer.ts";
import { decompress } from "../../tar/compression.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { readTar } from "../../tar/read.ts";
import { describedModule, entriesInModule, modulePath } from "./directory-module.ts";
import type { BuilderModule } from "./module.ts";
import { type ModuleSource, type SourceOptions, sectionOf } from "./source-options.ts";

/** A limit far above a buildpack without dependencies, but below the memory of a small machine. */
const maxBytes = limits.buildpackArchive.most;

/**
 * Packs a prebuilt buildpack or extension from a tar archive of its directory, compressed or not.
 *
 * @throws CnbError BUILDPACK_NOT_FOUND, BUILDPACK_INVALID, TAR_INVALID, TAR_TOO_LARGE, ARCHIVE_UNSAFE
 */
export async function moduleFromArchive(
  file: string,
  source: ModuleSource,
  { store, lock, registry }: SourceOptions,
): Promise<BuilderModule> {
  const { kind, uri } = source;
  const digest = await digestOfFile(file);
  lock?.found(sectionOf(source), uri, digest);
  registry?.usedModule?.({ kind: "archive", file, digest });
  const entries = (await entriesIn(file, uri)).flatMap((entry) => cleaned(entry, uri));
  const descriptor = entries.find((entry) => entry.path === `${kind}.toml`);
  if (descriptor?.type !== "file" || !(descriptor.content instanceof Uint8Array))
    throw new CnbError(
      "BUILDPACK_NOT_FOUND",
      `the archive ${uri} contains no ${kind}: it has no ${kind}.toml at its top level`,
      {
        hint: `Use an archive with ${kind}.toml at its top level, or a .cnb file.`,
      },
    );
  const { content } = descriptor;
  const described = { file: `${uri}: ${kind}.toml`, source: content };
  const toml = withPositions("BUILDPACK_INVALID", described, () => decodeDescriptor(kind, content, described.file));
  const at = modulePath(kind, toml.buildpack);
  const layer = await createLayer(
    entriesInModule(
      kind,
      toml.buildpack,
      entries.map((entry) => below(entry, at)),
    ),
    store,
  );
  return describedModule(kind, toml, layer);
}

async function entriesIn(file: string, uri: string): Promise<readonly TarEntry[]> {
  try {
    return await readTar(decompress(createReadStream(file)), { maxBytes });
  } catch (error) {
    throw named(error, uri);
  }
}

/** Adds the archive's name to errors about its content, which a reader of a stream does not know. */
function named(error: unknown, uri: string): unknown {
  if (!(error instanceof CnbError)) return error;
  const hint = error.code === "TAR_INVALID" ? "Download or create the archive again." : error.hint;
  return new CnbError(error.code, `${uri}: ${error.message}`, { cause: error.cause, ...defined({ hint }) });
}

/** Normalizes entries: without `./` and the archive's times; the top is the module's directory. */
function cleaned({ mtime: _archived, ...entry }: TarEntry, where: string): TarEntry[] {
  const path = posix.normalize(entry.path).replace(/^\/+/, "").replace(/\/+$/, "");
  if (path === "." || path === "") return [];
  const target = entry.type === "hardlink" ? posix.normalize(entry.target).replace(/^\/+/, "") : undefined;
  const shown = entry.type === "hardlink" ? entry.target : "";
  for (const [name, stored] of [
    [path, entry.path],
    [target ?? "", shown],
  ] as const)
    if (name.split("/").includes(".."))
      throw new CnbError(
        "ARCHIVE_UNSAFE",
        `${where} contains a path that leads out of the archive: ${JSON.stringify(stored)}`,
        { hint: "Do not use this archive, and report it to its publisher." },
      );
  return [{ ...entry, path, ...defined({ target }) } as TarEntry];
}

const below = (entry: TarEntry, at: string): TarEntry => ({
  ...entry,
  path: `${at}/${entry.path}`,
  ...defined({ target: entry.type === "hardlink" ? `${at}/${entry.target}` : undefined }),
});
