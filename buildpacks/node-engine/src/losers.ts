import { versionRange } from "libcnb";
import type { LtsLines } from "./lines.ts";
import type { VersionRequest } from "./requests.ts";
import { wantedOf } from "./wanted.ts";

/** Says of a request that did not win whether the version that was chosen is right for it, too. */
export async function loserSentence(
  { wanted, source }: VersionRequest,
  version: string,
  lines: LtsLines,
): Promise<string> {
  const range = wantedOf(wanted, lines)?.range;
  const admits = range === undefined ? undefined : await versionRange(range);
  const shown = wanted.length > 100 ? `${wanted.slice(0, 100)}…` : wanted;
  if (admits === undefined) return `${source} is not followed: ${JSON.stringify(shown)} is no version of Node.js`;
  return admits(version)
    ? `${source} asks for ${shown}, which ${version} fits, too`
    : `${source} asks for ${shown}, which is not followed: ${version} does not fit`;
}
