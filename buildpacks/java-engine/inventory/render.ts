import { dependencyTable } from "@libcnb/app-kit/inventory/dependency-table";
import { withWrittenPart } from "@libcnb/app-kit/inventory/written-by";
import { readInventory } from "libcnb/standalone";
import {
  type Architecture,
  type Distribution,
  type Entry,
  idOf,
  type Kind,
  lineOf,
  newerFirst,
} from "../src/release-entry.ts";

/** When the updates of a line end for all who build OpenJDK for everybody; some of them promise a little more. */
const endOfLife: Readonly<Record<string, string>> = {
  "8": "2030-11-30",
  "11": "2027-10-31",
  "17": "2027-10-31",
  "21": "2029-12-31",
  "25": "2031-09-30",
};

const titles: Readonly<Record<Distribution, string>> = {
  liberica: "Liberica",
  temurin: "Temurin",
  zulu: "Zulu",
};

/** Parses the generated part of a buildpack.toml. */
export const parse = (text: string, file: string): readonly Entry[] =>
  readInventory(text, file).releases.map(({ id, version, arch, uri, checksum = "" }) => {
    const [distribution, kind] = id.split("-") as [Distribution, Kind];
    return { distribution, kind, version, arch: arch as Architecture, uri, checksum };
  });

/**
 * Replaces the generated part of a buildpack.toml, with the oldest releases of each distribution
 * first.
 */
export function render(text: string, entries: readonly Entry[]): string {
  const sorted = entries.toSorted(
    (a, b) => idOf(a).localeCompare(idOf(b)) || newerFirst(b, a) || a.arch.localeCompare(b.arch),
  );
  return withWrittenPart(text, "npm run inventory:java", sorted.map(renderEntry).join("\n"));
}

function renderEntry(entry: Entry): string {
  const { distribution, kind, version, arch, uri, checksum } = entry;
  return dependencyTable({
    id: idOf(entry),
    name: `${titles[distribution]} ${kind.toUpperCase()}`,
    version,
    os: "linux",
    arch,
    uri,
    checksum,
    hasTopFolder: true,
    license: "GPL-2.0-with-classpath-exception",
    purl: `pkg:generic/${idOf(entry)}@${encodeURIComponent(version)}`,
    cpe: cpeOf(version),
    eolDate: endOfLife[lineOf(entry)],
  });
}

/** The vulnerabilities of OpenJDK are recorded as Oracle's, up to Java 8 by the number of the update. */
function cpeOf(version: string): string {
  const [release = ""] = version.split("+");
  const [, update] = /^8\.0\.(\d+)/.exec(release) ?? [];
  return `cpe:2.3:a:oracle:openjdk:${update === undefined ? `${release}:-` : `8:update${update}`}:*:*:*:*:*:*`;
}
