import { dependencyTable } from "@libcnb/app-kit/inventory/dependency-table";
import type { MergedList } from "@libcnb/app-kit/inventory/release-list";
import { newerVersionFirst } from "@libcnb/app-kit/inventory/versions";

/** A release in buildpack.toml, without the fields common to all. */
export interface Entry {
  /** The version of CPython: `3.14.7`. */
  readonly version: string;
  /** The release of python-build-standalone, a date: `20260814`. */
  readonly build: string;
  readonly arch: Architecture;
  /** `sha256:<hex>` */
  readonly checksum: string;
}

/** Go's names of processors. */
export type Architecture = "amd64" | "arm64";

/** The names of processors in the files of python-build-standalone. */
export const processors: Readonly<Record<Architecture, string>> = { amd64: "x86_64", arm64: "aarch64" };

/** The official URL of the archives. */
export const official = "https://github.com/astral-sh/python-build-standalone/releases/download";

/** The name of the file: CPython with its headers and pip, without symbols for debuggers. */
export const fileName = ({ version, build, arch }: Omit<Entry, "checksum">): string =>
  `cpython-${version}+${build}-${processors[arch]}-unknown-linux-gnu-install_only_stripped.tar.gz`;

/** The line of a version: `3.14` of `3.14.7`. */
export const lineOf = ({ version }: Pick<Entry, "version">): string => version.split(".").slice(0, 2).join(".");

/** When the support of a line ends: https://devguide.python.org/versions */
const endOfLife: Readonly<Record<string, string>> = {
  "3.9": "2025-10-31",
  "3.10": "2026-10-31",
  "3.11": "2027-10-31",
  "3.12": "2028-10-31",
  "3.13": "2029-10-31",
  "3.14": "2030-10-31",
};

const newerFirst = (a: Entry, b: Entry): number =>
  newerVersionFirst(a.version, b.version) || b.build.localeCompare(a.build);

/** The releases of CPython in buildpack.toml, with the oldest first. */
export const pythonReleases: MergedList<Entry, string> = {
  command: "npm run inventory:python",
  parse: ({ version, arch, uri, checksum = "" }) => ({
    version,
    build: /\/(\d{8})\/[^/]+$/.exec(uri)?.[1] ?? "",
    arch: arch as Architecture,
    checksum,
  }),
  format: (entry) =>
    dependencyTable({
      id: "python",
      name: "Python",
      version: entry.version,
      os: "linux",
      arch: entry.arch,
      uri: `${official}/${entry.build}/${fileName(entry).replace("+", "%2B")}`,
      checksum: entry.checksum,
      hasTopFolder: true,
      license: "PSF-2.0",
      purl: `pkg:generic/python@${entry.version}`,
      cpe: `cpe:2.3:a:python:python:${entry.version}:*:*:*:*:*:*:*`,
      eolDate: endOfLife[lineOf(entry)],
    }),
  order: (a, b) => newerFirst(b, a) || a.arch.localeCompare(b.arch),
  nameOf: ({ version, build, arch }) => `${version} (${build}) for ${arch}`,
  newerFirst,
  lineOf,
  groupOf: (entry) => `${lineOf(entry)} ${entry.arch}`,
};
