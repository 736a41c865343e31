import semver from "semver";
import type { Versions } from "./scheme.ts";

/**
 * The version scheme of npm. In addition, `~> 1.2` has the same meaning as in Ruby and Terraform,
 * and a comma means "and".
 */
export const semverVersions: Versions = {
  isVersion: (text) => parsed(text) !== null,
  lineLength: 1,
  compare: (a, b) => semver.compareBuild(parsed(a) ?? "0.0.0", parsed(b) ?? "0.0.0"),
  range(text, includePrerelease) {
    const range = semver.validRange(translated(text), { includePrerelease });
    return range === null
      ? undefined
      : (version) => semver.satisfies(parsed(version) ?? "", range, { includePrerelease });
  },
};

// Never loosely: that would take 21.0.12.1 for a pre-release. 22.1 is what some projects call 22.1.0
function parsed(text: string): semver.SemVer | null {
  return semver.parse(text) ?? (/^v?\d+(\.\d+)?$/.test(text) ? semver.coerce(text) : null);
}

const translated = (range: string): string => range.replaceAll(",", " ").replace(/~>\s*v?([\d.]+)/g, pessimistic);

/** `1.2.3` → below 1.3, `1.2` → below 2, `1` → below 2 */
function pessimistic(_: string, version: string): string {
  const numbers = version.split(".").map(Number);
  const kept = numbers.slice(0, Math.max(1, numbers.length - 1));
  const next = kept.map((number, index) => (index === kept.length - 1 ? number + 1 : number));
  const whole = (list: readonly number[]) => [...list, 0, 0].slice(0, 3).join(".");
  return `>=${whole(numbers)} <${whole(next)}-0`;
}
