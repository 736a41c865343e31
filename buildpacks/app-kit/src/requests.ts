import { type VersionScheme, versionRange } from "libcnb";

/** A wish for a version, and who has it. */
export interface VersionRequest {
  /** As it is written: `^24.1`, `lts/*`, `>=3.11`. */
  readonly wanted: string;
  /** In the user's words: `BP_NODE_VERSION`, `engines.node of package.json`. */
  readonly source: string;
}

/** Those that ask for something, in the same order: what is empty, or blank, is nobody's wish. */
export const requestsAmong = (
  candidates: readonly { readonly wanted: string | undefined; readonly source: string }[],
): readonly VersionRequest[] =>
  candidates.flatMap(({ wanted, source }) => (wanted?.trim() ? [{ wanted: wanted.trim(), source }] : []));

/** A wish of another buildpack, in the build plan. */
export interface PlanWish {
  readonly version?: string | undefined;
  readonly source?: string | undefined;
}

/** What the wishes of others in a build plan say: they come last. */
export const requestsInPlan = (plan: readonly PlanWish[]): readonly VersionRequest[] =>
  requestsAmong(plan.map(({ version, source = "another buildpack" }) => ({ wanted: version, source })));

/** What was chosen instead of what a request asks for. */
export interface Chosen {
  readonly version: string;
  /** Of what it is a version: `Node.js`. */
  readonly title: string;
  /** What the words of a request mean as a range, where they are none themselves; `undefined`: nothing. */
  readonly rangeOf?: (wanted: string) => string | undefined;
  /** Default: `"semver"`. */
  readonly scheme?: VersionScheme;
}

/** Says of a request that did not win whether the version that was chosen is right for it, too. */
export async function loserSentence({ wanted, source }: VersionRequest, chosen: Chosen): Promise<string> {
  const { version, title, rangeOf = (text: string) => text, scheme } = chosen;
  const range = rangeOf(wanted);
  const admits = range === undefined ? undefined : await versionRange(range, scheme);
  const shown = wanted.length > 100 ? `${wanted.slice(0, 100)}…` : wanted;
  if (admits === undefined) return `${source} is not followed: ${JSON.stringify(shown)} is not a version of ${title}`;
  return admits(version)
    ? `${source} asks for ${shown}, which ${version} fits, too`
    : `${source} asks for ${shown}, which is not followed: ${version} does not fit`;
}
