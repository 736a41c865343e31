import { decode, list, string, table, text } from "libcnb";
import { architectures, type Entry } from "../inventory/entry.ts";

/** The Node.js project's release server: `index.json`, and a directory for each release. */
export const official = "https://nodejs.org/download/release";

/** A release in index.json. */
export interface PublishedVersion {
  /** The version without the `v` of index.json. */
  readonly version: string;
  /** The available builds: `linux-x64`, `src`. */
  readonly files: readonly string[];
}

const schema = list(table({ version: text(/^v\d+\.\d+\.\d+$/, "a version such as v24.1.0"), files: list(string) }));

/** The releases in an index.json in order, or the error in it. */
export function publishedVersions(content: unknown): readonly PublishedVersion[] | string {
  const decoding = decode(schema, content);
  if (decoding.issues !== undefined) return decoding.issues[0]?.message ?? "";
  return decoding.value.map(({ version, files }) => ({ version: version.slice(1), files }));
}

/** The archives for Linux that a SHASUMS256.txt of a release names, as entries of an inventory. */
export function entriesOf({ version }: Pick<PublishedVersion, "version">, sums: string): readonly Entry[] {
  return Object.entries(architectures).flatMap(([arch, name]) => {
    const file = `node-v${version}-linux-${name}.tar.gz`;
    const line = sums.split("\n").find((each) => each.trim().endsWith(`  ${file}`));
    const [checksum] = /^[0-9a-f]{64}(?= )/.exec(line ?? "") ?? [];
    return checksum === undefined
      ? []
      : [{ id: "node", version, arch, uri: `${official}/v${version}/${file}`, checksum: `sha256:${checksum}` }];
  });
}
