import { checksumOf } from "../checksum-file.ts";
import type { IndexReader } from "../index-reader.ts";
import { entriesIn, type InventoryEntry } from "../inventory-entries.ts";
import type { PublishedRelease, ReleaseEntry, ReleaseSource, TomlValue } from "../published-release.ts";
import type { DeclaredSource } from "../source-table.ts";
import { releaseAddress, unusable } from "./release-address.ts";

/** Creates a source that copies the releases of a dependency from another inventory. */
export function copiedSource(declared: DeclaredSource, reader: IndexReader): ReleaseSource {
  const { id, path, url = "" } = declared;
  const name = path ?? url;
  return {
    ids: [id],
    name,
    isComplete: true,
    async releases() {
      const text =
        path === undefined ? await reader.text(url) : new TextDecoder().decode(await reader.localFile(path, "path"));
      const entries = entriesIn(text, name, "INVENTORY_SOURCE_INVALID");
      const copies = entries.filter(({ release }) => release.id === id).map((each) => entryOf(each, declared));
      if (copies.length === 0) throw unusable(declared, `${name} has no release of ${id}`);
      return copies.map(
        (entry): PublishedRelease => ({
          id,
          version: entry.version,
          os: entry.os,
          arch: entry.arch,
          entry: async () => entry,
        }),
      );
    },
  };
}

function entryOf({ release, table }: InventoryEntry, declared: DeclaredSource): ReleaseEntry {
  const { id, version, os, arch } = release; // no platform instead of an empty one
  const { id: _id, version: _version, os: _os, arch: _arch, uri, checksum, ...keys } = table;
  if (checksumOf(String(checksum)) === undefined)
    throw unusable(declared, `the entry of ${id} ${version} has no checksum in the key "checksum"`);
  releaseAddress(String(uri), { url: declared.url }, declared);
  return {
    id,
    version,
    os,
    arch,
    uri: String(uri),
    checksum: String(checksum),
    keys: keys as Readonly<Record<string, TomlValue>>,
  };
}
