import { dependencyTable } from "@libcnb/app-kit/inventory/dependency-table";
import { newerVersionFirst } from "@libcnb/app-kit/inventory/versions";
import { endOfLife } from "./end-of-life.ts";

/** A release in buildpack.toml, without the fields that all releases of its id have in common. */
export interface Entry {
  /**
   * `node`: an archive of the Node.js project. `node-npm`: Node.js as a package of an npm registry.
   * `npm`: npm itself.
   */
  readonly id: string;
  readonly version: string;
  /** Go's name of the processor architecture; `undefined` for any. */
  readonly arch: string | undefined;
  readonly uri: string;
  /** The checksum: `sha256:<hex>`, or `sha512-<base64>` as in lockfiles. */
  readonly checksum: string;
}

/** A release line with long-term support. */
export interface LtsLine {
  readonly line: number;
  readonly name: string;
}

/** The generated part of buildpack.toml: releases, and release lines with long-term support. */
export interface Inventory {
  readonly entries: readonly Entry[];
  readonly ltsLines: readonly LtsLine[];
}

/** The supported processor architectures, with Go's and Node.js's names. */
export const architectures = { amd64: "x64", arm64: "arm64" } as const;

export const lineOf = ({ version }: Pick<Entry, "version">): number => Number.parseInt(version, 10);

/** Compares releases. Returns a negative number if `a` is newer. */
export const newerFirst = (a: Pick<Entry, "version">, b: Pick<Entry, "version">): number =>
  newerVersionFirst(a.version, b.version);

/** Formats the table of a release in buildpack.toml. */
export function renderEntry(entry: Entry): string {
  const { id, version, arch, uri, checksum } = entry;
  const isNode = id !== "npm";
  return dependencyTable({
    id,
    version,
    arch,
    uri,
    checksum,
    hasTopFolder: id === "node",
    license: isNode ? "MIT" : "Artistic-2.0",
    ...(isNode && { name: "Node.js", os: "linux", cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*` }),
    ...(id === "node" && { purl: `pkg:generic/node@${version}` }),
    ...(isNode && { eolDate: endOfLife(lineOf(entry)) }),
  });
}
