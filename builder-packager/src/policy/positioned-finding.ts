import type { Position } from "../config/toml-keys.ts";
import type { PolicyFinding } from "./finding.ts";
import type { Policy } from "./policy.ts";

/**
 * Converts a finding to the form that reports print, with the position of the violated key in the
 * policy file. Compilers, code scanning services and GitHub show findings at lines of files.
 */
export function positionedFinding(
  { rule, path, subject, message, details, severity, image, platform, digest, suppressed }: PolicyFinding,
  { file, positions }: Policy,
) {
  return {
    rule,
    severity,
    file,
    ...positionOf(path, positions),
    message: `${image} (${platform}) ${message}`,
    edits: [],
    suppressed,
    details: { image, platform, digest, subject, ...details },
  };
}

/** A missing key has the position of the table that should contain it. */
function positionOf(path: string, positions: ReadonlyMap<string, Position>): Position {
  const found = positions.get(path);
  if (found !== undefined) return found;
  const parent = path.replace(/(\.[^.[\]]+|\[\d+\])$/, "");
  return parent === path ? { line: 1, column: 1 } : positionOf(parent, positions);
}
