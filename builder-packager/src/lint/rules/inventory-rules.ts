import { decodeInventory, endOfLifeWarning, type Release, type s } from "libcnb/internal";
import { type DeclaredTarget, matchesTarget } from "libcnb/spec";
import type { LintDocument } from "../document.ts";
import type { Problem } from "../finding.ts";
import { metadataKeys } from "./descriptor-rules.ts";
import { licenseProblems } from "./license-rules.ts";

/** A release of the inventory, with the path of its table. */
interface Entry {
  readonly release: Release;
  readonly path: string;
  /** The keys that only the author's code reads, as JSON. Releases that differ in them are for different purposes. */
  readonly own: string;
}

/**
 * Reports gaps in the inventory of a TypeScript buildpack. The buildpack's metadata must be valid.
 *
 * @param now the time in milliseconds since 1970
 */
export function checkInventory(
  document: LintDocument,
  { targets, now }: { readonly targets: readonly DeclaredTarget[]; readonly now: number },
): readonly Problem[] {
  const metadata = (document.table["metadata"] ?? {}) as s.Table;
  const { releases } = decodeInventory(metadata, document.file, "metadata");
  const tables = (metadata["dependencies"] ?? []) as readonly s.Table[];
  const entries = releases.map((release, index) => ({
    release,
    path: `metadata.dependencies[${index}]`,
    own: ownKeys(tables[index] ?? {}),
  }));
  return [
    ...entries.filter(({ release }) => release.checksum === undefined).map(withoutChecksum),
    ...duplicates(entries),
    ...firstOfEach(entries, ({ id, version }) => `${id} ${version}`).flatMap((entry) => endOfLife(entry, now)),
    ...entries.flatMap(({ release, path }) => licenseProblems(document, `${path}.licenses`, release.licenses)),
    ...firstOfEach(
      entries.filter(({ release }) => release.licenses.length === 0),
      ({ id }) => id,
    ).map(withoutLicense),
    ...[...Map.groupBy(entries, ({ release, own }) => `${release.id} ${own}`).values()].flatMap(unsorted),
    ...[...Map.groupBy(entries, ({ release }) => lineOf(release)).values()].flatMap((line) =>
      incomplete(line, targets),
    ),
  ];
}

const dependencyKeys = metadataKeys("dependencies");

const ownKeys = (table: s.Table): string =>
  JSON.stringify(Object.entries(table).filter(([key]) => !Object.hasOwn(dependencyKeys, key)));

const nameOf = ({ id, version }: Release): string => `${id} ${version}`;

const firstOfEach = (entries: readonly Entry[], keyOf: (release: Release) => string): readonly Entry[] =>
  [...new Map(entries.toReversed().map((entry) => [keyOf(entry.release), entry])).values()].reverse();

const withoutChecksum = ({ release, path }: Entry): Problem => ({
  rule: "dependency-checksum",
  path,
  message: `${nameOf(release)} has no checksum`,
});

const withoutLicense = ({ release, path }: Entry): Problem => ({
  rule: "dependency-license",
  path,
  message: `${release.id} has no licenses`,
});

function endOfLife({ release, path }: Entry, now: number): readonly Problem[] {
  const warning = endOfLifeWarning(release, now);
  return warning === undefined ? [] : [{ rule: "dependency-end-of-life", path, message: warning }];
}

/** Several files of one release, such as the wheels of a Python package, have different addresses and no platform. */
function duplicates(entries: readonly Entry[]): readonly Problem[] {
  const seen = new Map<string, string>();
  return entries.flatMap(({ release, path, own }): Problem[] => {
    const { id, version, os, arch, variant, distros, stacks, uri } = release;
    const isPlatform = Boolean(os ?? arch) && !uri.startsWith("pypi:");
    const key = JSON.stringify([id, version, os, arch, variant, distros, stacks, isPlatform ? "" : uri, own]);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, path);
    return first === undefined
      ? []
      : [{ rule: "dependency-duplicate", path, message: `${first} is ${nameOf(release)} for the same platform` }];
  });
}

/** Reports the first release that is out of order. Entries of one version may be in any order. */
function unsorted(entries: readonly Entry[]): readonly Problem[] {
  const steps = entries.slice(1).map((entry, index) => ({
    entry,
    step: compareVersions(entries[index]?.release.version ?? "", entry.release.version),
  }));
  const direction = Math.sign(steps.find(({ step }) => step !== 0)?.step ?? 0);
  const wrong = steps.find(({ step }) => step !== 0 && Math.sign(step) !== direction);
  if (wrong === undefined) return [];
  const { release, path } = wrong.entry;
  const order = direction < 0 ? "oldest first" : "newest first";
  return [
    {
      rule: "dependency-order",
      path: `${path}.version`,
      message: `${nameOf(release)} is out of order; the releases before it are sorted, ${order}`,
    },
  ];
}

const collator = new Intl.Collator("en", { numeric: true });

/** Compares numbers in versions as numbers; a prerelease is before its release. */
function compareVersions(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  return collator.compare(one.numbers, other.numbers) || compareSuffixes(one.suffix, other.suffix);
}

function compareSuffixes(a: string, b: string): number {
  if (a === "" || b === "") return Number(b.startsWith("-")) - Number(a.startsWith("-")) || a.length - b.length;
  return collator.compare(a, b);
}

function partsOf(version: string): { readonly numbers: string; readonly suffix: string } {
  const [, numbers = "", suffix = ""] = /^v?([\d.]*)(.*)$/s.exec(version) ?? [];
  return { numbers, suffix };
}

/** A release line: the releases with the same major version. */
const lineOf = ({ id, version }: Release): string => `${id} ${/^v?\d+/.exec(version)?.[0] ?? version}`;

function incomplete(line: readonly Entry[], targets: readonly DeclaredTarget[]): readonly Problem[] {
  const [first] = line;
  const missing = targets.filter(({ os = "", arch = "" }) => {
    const target = { os, arch };
    return !line.some(({ release: { os: system, arch: architecture } }) =>
      matchesTarget({ os: system, arch: architecture }, target),
    );
  });
  const names = [...new Set(missing.map(({ os = "linux", arch = "any architecture" }) => `${os}/${arch}`))];
  if (first === undefined || names.length === 0) return [];
  return [
    {
      rule: "dependency-architecture",
      path: first.path,
      message: `${lineOf(first.release)} has no release for ${names.join(", ")}`,
    },
  ];
}
