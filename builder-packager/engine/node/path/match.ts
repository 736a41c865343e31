import { checkString } from "../internal/checks.ts";
import { globstar, matchesSegment, patternsOf, type Segment, withoutDots } from "../internal/glob-pattern.ts";

/** True if the path matches the glob pattern. */
export function matchesGlob(path: string, pattern: string): boolean {
  checkString(path, "path");
  checkString(pattern, "pattern");
  if (pattern === "") {
    return path === "";
  }
  const names = withoutDots(path.split(/\/+/));
  return patternsOf(pattern).some((segments) => matchesAll(names, 0, segments, 0));
}

function matchesAll(names: readonly string[], name: number, segments: readonly Segment[], segment: number): boolean {
  const wanted = segments[segment];
  const found = names[name];
  if (wanted === undefined) {
    // A slash at the end of the path does not matter.
    return found === undefined || (found === "" && name === names.length - 1 && name > 0);
  }
  if (wanted === globstar) {
    if (segment === segments.length - 1) {
      // At the end it needs a segment: `a` does not match `a/**`.
      return found !== undefined && names.slice(name).every((each) => !each.startsWith("."));
    }
    return (
      matchesAll(names, name, segments, segment + 1) ||
      (found !== undefined && !found.startsWith(".") && matchesAll(names, name + 1, segments, segment))
    );
  }
  return found !== undefined && matchesSegment(found, wanted) && matchesAll(names, name + 1, segments, segment + 1);
}
