import { dependencyTable } from "@libcnb/app-kit/inventory/dependency-table";
import { withWrittenPart } from "@libcnb/app-kit/inventory/written-by";
import { readInventory } from "libcnb/standalone";
import { type Architecture, type Entry, lineOf, newerFirst, uriOf } from "./entry.ts";

/** When the support of a line ends: https://devguide.python.org/versions */
const endOfLife: Readonly<Record<string, string>> = {
  "3.9": "2025-10-31",
  "3.10": "2026-10-31",
  "3.11": "2027-10-31",
  "3.12": "2028-10-31",
  "3.13": "2029-10-31",
  "3.14": "2030-10-31",
};

/** Parses the generated part of a buildpack.toml. */
export const parse = (text: string, file: string): readonly Entry[] =>
  readInventory(text, file).releases.map(({ version, arch, uri, checksum = "" }) => ({
    version,
    build: /\/(\d{8})\/[^/]+$/.exec(uri)?.[1] ?? "",
    arch: arch as Architecture,
    checksum,
  }));

/** Replaces the generated part of a buildpack.toml, with the oldest releases first. */
export function render(text: string, entries: readonly Entry[]): string {
  const sorted = entries.toSorted((a, b) => newerFirst(b, a) || a.arch.localeCompare(b.arch));
  return withWrittenPart(text, "npm run inventory:python", sorted.map(renderEntry).join("\n"));
}

function renderEntry(entry: Entry): string {
  const { version, arch, checksum } = entry;
  return dependencyTable({
    id: "python",
    name: "Python",
    version,
    os: "linux",
    arch,
    uri: uriOf(entry),
    checksum,
    hasTopFolder: true,
    license: "PSF-2.0",
    purl: `pkg:generic/python@${version}`,
    cpe: `cpe:2.3:a:python:python:${version}:*:*:*:*:*:*:*`,
    eolDate: endOfLife[lineOf(entry)],
  });
}
