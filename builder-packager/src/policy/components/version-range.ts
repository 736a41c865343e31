import { versionsOf } from "libcnb/internal";
import { compareVersions } from "../../base/packages/version.ts";

/** The result of comparing a version with a range. `unknown`: the version has another form. */
export type RangeMatch = "inside" | "outside" | "unknown";

/** A function that compares a version with one range. */
export type VersionRange = (version: string) => RangeMatch;

const schemes: Readonly<Record<string, "semver" | "pep440">> = {
  npm: "semver",
  golang: "semver",
  cargo: "semver",
  pypi: "pep440",
};

/** The longest version that is compared. */
const longest = 200;

/**
 * Compiles a version range for components of a package type. Versions of npm, Go and Cargo packages
 * are compared as semantic versions, those of Python packages by PEP 440, and all others in
 * Debian's order. Pre-releases are compared like other versions. Returns undefined for an invalid
 * range.
 *
 * @param type the type of a Package URL, such as `npm`
 * @example `(await rangeFor("npm", ">=3.3.6 <4"))?.("3.3.7") // "inside"`
 */
export async function rangeFor(type: string, range: string): Promise<VersionRange | undefined> {
  if (range.length > longest) return undefined;
  const scheme = Object.hasOwn(schemes, type) ? schemes[type] : undefined;
  if (scheme === undefined) return comparisons(range);
  const { isVersion, range: compile } = await versionsOf(scheme);
  const admits = compile(range, true);
  if (admits === undefined) return undefined;
  return (version) => {
    if (version.length > longest || !isVersion(version)) return "unknown";
    return admits(version) ? "inside" : "outside";
  };
}

const comparison = /^(>=|<=|>|<|!=|==?)?\s*([0-9A-Za-z][0-9A-Za-z.+~:_-]*)$/;

/** Comparisons that all must be true, separated by commas: `>=1.2, <2`. */
function comparisons(range: string): VersionRange | undefined {
  const parts = range.split(",").map((part) => comparison.exec(part.trim()));
  if (parts.some((part) => part === null)) return undefined;
  return (version) => {
    if (version === "" || version.length > longest) return "unknown";
    const isInside = parts.every((part) => holds(part?.[1] ?? "=", compareVersions(version, part?.[2] ?? "")));
    return isInside ? "inside" : "outside";
  };
}

function holds(sign: string, order: number): boolean {
  if (sign === ">=") return order >= 0;
  if (sign === "<=") return order <= 0;
  if (sign === ">") return order > 0;
  if (sign === "<") return order < 0;
  return sign === "!=" ? order !== 0 : order === 0;
}
