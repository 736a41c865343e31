import { dependencyTable } from "@libcnb/app-kit/inventory/dependency-table";
import type { MergedList } from "@libcnb/app-kit/inventory/release-list";
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

/** The releases of Java in buildpack.toml, with the oldest of each distribution first. */
export const javaReleases: MergedList<Entry, string> = {
  command: "npm run inventory:java",
  parse({ id, version, arch, uri, checksum = "" }) {
    const [distribution, kind] = id.split("-") as [Distribution, Kind];
    return { distribution, kind, version, arch: arch as Architecture, uri, checksum };
  },
  format: (entry) =>
    dependencyTable({
      id: idOf(entry),
      name: `${titles[entry.distribution]} ${entry.kind.toUpperCase()}`,
      version: entry.version,
      os: "linux",
      arch: entry.arch,
      uri: entry.uri,
      checksum: entry.checksum,
      hasTopFolder: true,
      license: "GPL-2.0-with-classpath-exception",
      purl: `pkg:generic/${idOf(entry)}@${encodeURIComponent(entry.version)}`,
      cpe: cpeOf(entry.version),
      eolDate: endOfLife[lineOf(entry)],
    }),
  order: (a, b) => idOf(a).localeCompare(idOf(b)) || newerFirst(b, a) || a.arch.localeCompare(b.arch),
  nameOf: (entry) => `${idOf(entry)} ${entry.version} for ${entry.arch}`,
  newerFirst,
  lineOf,
  groupOf: (entry) => `${idOf(entry)} ${lineOf(entry)} ${entry.arch}`,
};

/** The vulnerabilities of OpenJDK are recorded as Oracle's, up to Java 8 by the number of the update. */
function cpeOf(version: string): string {
  const [release = ""] = version.split("+");
  const [, update] = /^8\.0\.(\d+)/.exec(release) ?? [];
  return `cpe:2.3:a:oracle:openjdk:${update === undefined ? `${release}:-` : `8:update${update}`}:*:*:*:*:*:*`;
}
