import { s } from "libcnb";
import { architectures, type Entry } from "../release-entry.ts";

/**
 * The release server of the Node.js project, with `index.json` and a directory for each release.
 */
export const official = "https://nodejs.org/download/release";

/** A release listed in index.json. */
export interface PublishedVersion {
  /** The version without the `v` of index.json. */
  readonly version: string;
  /** The available builds: `linux-x64`, `src`. */
  readonly files: readonly string[];
}

const schema = s.list(
  s.table({ version: s.matching(/^v\d+\.\d+\.\d+$/, "a version such as v24.1.0"), files: s.list(s.string) }),
);

/** The releases in an index.json in order, or a description of the error in it. */
export function publishedVersions(content: unknown): readonly PublishedVersion[] | string {
  const decoding = s.decode(schema, content);
  if (decoding.issues !== undefined) return decoding.issues[0]?.message ?? "";
  return decoding.value.map(({ version, files }) => ({ version: version.slice(1), files }));
}

/** The archives for Linux listed in a release's SHASUMS256.txt, as inventory entries. */
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
