import {
  changesOf,
  type MergedList,
  mergeReleases,
  type Policy as PolicyOf,
  parseReleases,
  renderReleases,
} from "@libcnb/app-kit/inventory/release-list";
import type { UpdateResult } from "@libcnb/app-kit/inventory/run-updater";
import { type Entry, lineOf, newerFirst, renderEntry } from "../src/release-entry.ts";

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

/** The policy of an inventory whose release lines are numbers: 24. */
export type Policy = PolicyOf<number>;

const ids = ["node", "node-npm", "npm"];

/** The releases of Node.js and npm in buildpack.toml: archives before packages, and npm last. */
const nodeReleases: MergedList<Entry, number> = {
  command: "npm run inventory",
  parse: ({ id, version, arch, uri, checksum = "" }) => ({
    id,
    version,
    arch,
    uri,
    checksum: uri.startsWith("npm:") ? asInLockfiles(checksum) : checksum,
  }),
  format: renderEntry,
  order: (a, b) =>
    ids.indexOf(a.id) - ids.indexOf(b.id) || newerFirst(b, a) || (a.arch ?? "").localeCompare(b.arch ?? ""),
  nameOf: ({ id, version, arch }) => [id, version, arch && `for ${arch}`].filter(Boolean).join(" "),
  newerFirst,
  lineOf: (entry) => (entry.id === "npm" ? undefined : lineOf(entry)),
  groupOf: (entry) => `${entry.id} ${entry.arch} ${lineOf(entry)}`,
};

const asInLockfiles = (checksum: string): string =>
  checksum.replace(/^(sha512):([0-9a-f]+)$/, (_, name, hex) => `${name}-${Buffer.from(hex, "hex").toString("base64")}`);

/** Parses the generated part of a buildpack.toml. */
export function parse(text: string): Inventory {
  const lines = text.matchAll(/^\[\[metadata\.lts-lines\]\]\nline = (\d+)\nname = "(\w+)"$/gm);
  return {
    entries: parseReleases(nodeReleases, text),
    ltsLines: [...lines].map(([, line, name = ""]) => ({ line: Number(line), name })),
  };
}

/** Replaces the generated part of a buildpack.toml. */
export const render = (text: string, { entries, ltsLines }: Inventory): string =>
  renderReleases(nodeReleases, text, entries, ltsLines.map(renderLine));

const renderLine = ({ line, name }: LtsLine): string => `[[metadata.lts-lines]]\nline = ${line}\nname = "${name}"\n`;

/** Adds the found releases and release lines to the existing ones. */
export const merge = (existing: Inventory, found: Inventory, policy: Policy): Inventory => ({
  entries: mergeReleases(nodeReleases, existing.entries, found.entries, policy),
  ltsLines: mergeLines(existing.ltsLines, found.ltsLines),
});

const mergeLines = (existing: readonly LtsLine[], found: readonly LtsLine[]): readonly LtsLine[] =>
  [...new Map([...existing, ...found].map((each) => [each.line, each])).values()].toSorted((a, b) => b.line - a.line);

/** Returns the changes between two inventories, one line per version and name of a release line. */
export function changes(before: Inventory, after: Inventory): readonly string[] {
  const known = before.ltsLines.map(({ line }) => line);
  const lines = after.ltsLines.filter(({ line }) => !known.includes(line));
  return [
    ...changesOf(nodeReleases, before.entries, after.entries),
    ...lines.map(({ line, name }) => `line ${line} is in long-term support now: ${name}`),
  ];
}

/** The sources of releases. A source that cannot be read rejects with the reason. */
export interface Sources {
  /** @param report receives a sentence for each unusable version */
  upstream(policy: Policy, report: (text: string) => void): Promise<Inventory>;
  registry(policy: Policy): Promise<readonly Entry[]>;
}

const nothing: Inventory = { entries: [], ltsLines: [] };

/** Updates the releases in the text of a buildpack.toml. A failing source leaves its releases unchanged. */
export async function refresh(text: string, policy: Policy, sources: Sources): Promise<Required<UpdateResult>> {
  const [left, failed] = [[] as string[], [] as string[]];
  const keeping = (source: string) => (error: unknown) => {
    failed.push(`the releases of ${source} stay unchanged: ${error instanceof Error ? error.message : error}`);
    return nothing;
  };
  const found = await Promise.all([
    sources.upstream(policy, (sentence) => left.push(sentence)).catch(keeping("the Node.js project")),
    sources
      .registry(policy)
      .then((entries) => ({ ...nothing, entries }))
      .catch(keeping("the npm registry")),
  ]);
  const existing = parse(text);
  const merged = merge(existing, join(found), policy);
  const failures = [...left, ...failed.toSorted()]; // in one order, whoever failed first
  return { texts: [render(text, merged)], failures, changes: changes(existing, merged) };
}

const join = (all: readonly Inventory[]): Inventory => ({
  entries: all.flatMap(({ entries }) => entries),
  ltsLines: all.flatMap(({ ltsLines }) => ltsLines),
});
