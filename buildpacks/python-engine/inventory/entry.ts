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

/** Upstream's names of processors. */
export const processors: Readonly<Record<Architecture, string>> = { amd64: "x86_64", arm64: "aarch64" };

/** The official URL of the archives. */
export const official = "https://github.com/astral-sh/python-build-standalone/releases/download";

/** The name of the file: CPython with its headers and pip, without symbols for debuggers. */
export const fileName = ({ version, build, arch }: Omit<Entry, "checksum">): string =>
  `cpython-${version}+${build}-${processors[arch]}-unknown-linux-gnu-install_only_stripped.tar.gz`;

/** The address of an entry's file. */
export const uriOf = (entry: Entry): string => `${official}/${entry.build}/${fileName(entry).replace("+", "%2B")}`;

/** The line of a version: `3.14` of `3.14.7`. */
export const lineOf = ({ version }: Pick<Entry, "version">): string => version.split(".").slice(0, 2).join(".");

/** Below 0 if `a` is newer. */
export const newerFirst = (a: Entry, b: Entry): number =>
  newerVersionFirst(a.version, b.version) || b.build.localeCompare(a.build);
