import { versionRange } from "libcnb";
import type { Constraint } from "./source-table.ts";

/** The form of a version that a source may offer. */
const versionForm = /^\d{1,15}(?:\.\d{1,15}){0,7}(?:[-+._]?[0-9A-Za-z][0-9A-Za-z.+_-]{0,99})?$/;

/**
 * Returns the version in a tag or index entry, without a leading `v`. Returns undefined for a text
 * that is not a version.
 */
export function versionIn(text: string): string | undefined {
  const version = text.replace(/^v(?=\d)/, "");
  return versionForm.test(version) ? version : undefined;
}

/** True if a version consists of numbers, optionally with a build number after `+`. */
export const isStable = (version: string): boolean => /^\d+(?:\.\d+)*(?:\+[0-9A-Za-z.-]+)?$/.test(version);

/** Compares versions. Returns a negative number if `a` is newer. A pre-release is older than its release. */
export function newerFirst(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  return (
    collator.compare(other.numbers, one.numbers) ||
    Number(one.prerelease !== "") - Number(other.prerelease !== "") ||
    collator.compare(other.prerelease, one.prerelease) ||
    collator.compare(other.build, one.build)
  );
}

const collator = new Intl.Collator("en", { numeric: true });

function partsOf(version: string) {
  const [, numbers = "", rest = ""] = /^([\d.]*)(.*)$/s.exec(version) ?? [];
  const [prerelease = "", build = ""] = rest.split("+", 2);
  return { numbers: numbers.replace(/(?:\.0)+$/, ""), prerelease, build };
}

/** Compiles the version range of a constraint. Returns undefined if the text is not a range. */
export async function rangeOf({ constraint, scheme }: Pick<Constraint, "constraint" | "scheme">) {
  const [, prefix] = /^(\d+(?:\.\d+)*)\.[*x]$/.exec(constraint) ?? [];
  if (constraint === "*") return () => true;
  // versions of four numbers, as Java has, are not semver
  if (prefix !== undefined) return (version: string) => version.startsWith(`${prefix}.`) || version === prefix;
  return versionRange(constraint, scheme);
}

/**
 * Returns the release line of a version: `24` for lines by major version, `3.14` for lines by minor
 * version. Returns `""` for a dependency with only one release line.
 */
export function lineOf(version: string, line: Constraint["line"]): string {
  if (line === undefined) return "";
  return version
    .replace(/[^\d.].*$/s, "")
    .split(".")
    .slice(0, line === "major" ? 1 : 2)
    .join(".");
}
