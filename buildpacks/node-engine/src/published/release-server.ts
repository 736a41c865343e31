import { addressOn, type MirrorSetting } from "@libcnb/app-kit/release/mirror";
import { type Release, s } from "libcnb";
import { architectures, type Entry } from "../release-entry.ts";

/**
 * The URL of the release server of the Node.js project, with `index.json` and a directory for each
 * release.
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

/**
 * Returns the releases in an index.json, in its order. If the content is invalid, returns a
 * description of the error instead.
 */
export function publishedVersions(content: unknown): readonly PublishedVersion[] | string {
  const decoding = s.decode(schema, content);
  if (decoding.issues !== undefined) return decoding.issues[0]?.message ?? "";
  return decoding.value.map(({ version, files }) => ({ version: version.slice(1), files }));
}

/** Returns the archives for Linux in a release's SHASUMS256.txt, as inventory entries. */
export function entriesOf({ version }: Pick<PublishedVersion, "version">, sums: string): readonly Entry[] {
  return Object.entries(architectures).flatMap(([arch, name]) => {
    const file = `node-v${version}-linux-${name}.tar.gz`;
    const line = sums.split("\n").find((each) => each.trim().endsWith(`  ${file}`));
    const [checksum] = /^[0-9a-f]{64}(?= )/.exec(line ?? "") ?? [];
    return checksum === undefined
      ? []
      : [{ version, arch, uri: `${official}/v${version}/${file}`, checksum: `sha256:${checksum}` }];
  });
}

const setting = (value: string | undefined): MirrorSetting => ({
  name: "BP_NODE_MIRROR",
  value,
  code: "NODE_MIRROR_INVALID",
  folder: "v24.18.0/",
  path: /(?<=\/)(v[^/]+\/[^/]+|index\.json)$/,
  example: "file:///mirror/node",
});

/**
 * Returns the release with its URL on the mirror in BP_NODE_MIRROR, if that is set. URLs of npm
 * registries are unchanged.
 */
export const onMirror = (release: Release, value: string | undefined): Release =>
  release.uri.startsWith("npm:") ? release : { ...release, uri: addressOnMirror(release.uri, value) };

/** Converts a URL of the Node.js project to a URL on the mirror in BP_NODE_MIRROR, if set. */
export const addressOnMirror = (address: string, value: string | undefined): string =>
  addressOn(address, setting(value));
