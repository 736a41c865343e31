import type { LockedPackage } from "../package-manager.ts";
import { type WheelFile, wheelNamed } from "./wheel.ts";

type Files = LockedPackage["files"];

/**
 * Returns the digests of the file that a package was installed from. If the files have no names, as
 * in requirements, all digests are returned. For a wheel that was built during the installation,
 * the digests are those of the source distribution.
 */
export function hashesOfInstalled(files: Files, wheel: WheelFile, supported: readonly string[]): readonly string[] {
  if (files.length === 1 || files.some(({ name }) => name === undefined)) return hashesOf(files);
  const same = files.filter(({ name = "" }) => isSame(wheelNamed(name), wheel));
  return hashesOf(same.length > 0 ? same : builtFrom(files, wheel, supported));
}

/**
 * Returns the digests of the file that would be installed: the wheel with the best tag, or else the
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

/** The place of a wheel's best tag; behind all tags what is no wheel, and behind that what cannot be installed. */
function rankOf({ name = "" }: Files[number], supported: readonly string[]): number {
  if (!name.endsWith(".whl")) return supported.length;
  const ranks = (wheelNamed(name)?.tags ?? []).map((tag) => supported.indexOf(tag)).filter((rank) => rank >= 0);
  return ranks.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...ranks);
}

const hashesOf = (files: Files): readonly string[] => [...new Set(files.map(({ hash }) => hash))].toSorted();
