import { isDigest } from "@libcnb/app-kit/sbom/packages-sbom";
import type { Component } from "libcnb";
import type { LockedPackage } from "../package-manager.ts";

type Files = LockedPackage["files"];

/**
 * Returns the digests of the file from which a package was installed. If the files have no names,
 * as in requirements files, all digests are returned. For a wheel that was built during the
 * installation, the digests are those of the source distribution.
 */
export function hashesOfInstalled(files: Files, wheel: WheelFile, supported: readonly string[]): readonly string[] {
  if (files.length === 1 || files.some(({ name }) => name === undefined)) return hashesOf(files);
  const same = files.filter(({ name = "" }) => isSame(wheelNamed(name), wheel));
  return hashesOf(same.length > 0 ? same : builtFrom(files, wheel, supported));
}

/**
 * Returns the digests of the file that pip would install: the wheel with the best tag, or else the
 * source distribution.
 */
export function hashesOfBest(files: Files, supported: readonly string[]): readonly string[] {
  const ranked = files.map((file) => ({ file, rank: rankOf(file, supported) }));
  const best = Math.min(...ranked.map(({ rank }) => rank));
  return hashesOf(ranked.flatMap(({ file, rank }) => (rank === best ? [file] : [])));
}

const isSame = (named: WheelFile | undefined, { tags, build }: WheelFile): boolean =>
  named !== undefined && named.build === build && named.tags.join() === tags.join();

/**
 * No wheel of the lockfile has the tags of what is installed. Then it was built from a source distribution; unless a wheel would have fitted,
 * whose tags inside and outside may differ: who knows.
 */
function builtFrom(files: Files, { tags }: WheelFile, supported: readonly string[]): Files {
  const sources = files.filter(({ name = "" }) => !name.endsWith(".whl"));
  const isOfThisMachine = tags.some((tag) => /-linux_\w+$/.test(tag)); // no index takes such a wheel
  const fits = files.some((file) => rankOf(file, supported) < supported.length);
  return fits && !isOfThisMachine ? [] : sources;
}

/**
 * Returns the position of a wheel's best tag in the list of supported tags. Files that are not
 * wheels come after all supported wheels, and unsupported wheels come last.
 */
function rankOf({ name = "" }: Files[number], supported: readonly string[]): number {
  if (!name.endsWith(".whl")) return supported.length;
  const ranks = (wheelNamed(name)?.tags ?? []).map((tag) => supported.indexOf(tag)).filter((rank) => rank >= 0);
  return ranks.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...ranks);
}

const hashesOf = (files: Files): readonly string[] => [...new Set(files.map(({ hash }) => hash))].toSorted();

/**
 * The properties that distinguish an installed wheel from other wheels of the same package version.
 */
export interface WheelFile {
  /** The tags, sorted: `cp312-cp312-manylinux_2_28_x86_64`. */
  readonly tags: readonly string[];
  /** The build number, if there is one. */
  readonly build: string | undefined;
}

/** Parses the text of the WHEEL file in the `.dist-info` of an installed wheel. */
export function parseWheel(text: string): WheelFile {
  const values = (name: string) =>
    Array.from(text.matchAll(new RegExp(`^${name}:[ \\t]*(\\S+)`, "gm")), ([, value = ""]) => value);
  return { tags: [...new Set(values("Tag"))].toSorted(), build: values("Build")[0] };
}

/**
 * Parses the name of a wheel: `a-1.0-py2.py3-none-any.whl` has two tags; `undefined` if the name is
 * not that of a wheel.
 *
 * @see https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
 */
function wheelNamed(name: string): WheelFile | undefined {
  const parts = name.endsWith(".whl") ? name.slice(0, -".whl".length).split("-") : [];
  if (parts.length !== 5 && parts.length !== 6) return undefined;
  const [pythons, abis, platforms] = parts.slice(-3).map((part) => part.split(".").slice(0, mostTags));
  const tags = pythons?.flatMap((python) =>
    abis?.flatMap((abi) => platforms?.map((each) => `${python}-${abi}-${each}`)),
  );
  return {
    tags: [...new Set((tags ?? []).flatMap((tag) => tag ?? []))].toSorted(),
    build: parts.length === 6 ? parts[2] : undefined,
  };
}

// names of lockfiles that anybody may have written
const mostTags = 40;

/**
 * Returns the checksums of a file for the SBOM. If there are several digests of one algorithm, they
 * are omitted, because it is unknown which one belongs to the installed file.
 */
export function checksumsOf(hashes: readonly string[]): NonNullable<Component["checksums"]> {
  const known = hashes.flatMap((hash) => {
    const [, algorithm = "", digest = ""] = /^([a-z0-9]+)[:=]([0-9a-f]+)$/i.exec(hash) ?? [];
    return isDigest(algorithm, digest) ? [[algorithm, digest.toLowerCase()] as const] : [];
  });
  const byAlgorithm = Map.groupBy(known, ([algorithm]) => algorithm);
  return Object.fromEntries([...byAlgorithm.values()].flatMap((same) => (same.length === 1 ? same : [])));
}
