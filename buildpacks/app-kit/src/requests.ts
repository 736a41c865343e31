import { type VersionScheme, versionRange } from "libcnb";

/** A requested version and its source. */
export interface VersionRequest {
  /** The text as written: `^24.1`, `lts/*`, `>=3.11`. */
  readonly wanted: string;
  /** The source in the user's terms: `BP_NODE_VERSION`, `engines.node of package.json`. */
  readonly source: string;
}

/** The requests that are not empty or blank, in order. */
export const requestsAmong = (
  candidates: readonly { readonly wanted: string | undefined; readonly source: string }[],
): readonly VersionRequest[] =>
  candidates.flatMap(({ wanted, source }) => (wanted?.trim() ? [{ wanted: wanted.trim(), source }] : []));

/** A request of another buildpack in the build plan. */
export interface PlanRequest {
  readonly version?: string | undefined;
  readonly source?: string | undefined;
}

/** The requests of other buildpacks in a build plan, which have the lowest precedence. */
export const requestsInPlan = (plan: readonly PlanRequest[]): readonly VersionRequest[] =>
  requestsAmong(plan.map(({ version, source = "another buildpack" }) => ({ wanted: version, source })));

/** The version chosen over a request. */
export interface Chosen {
  readonly version: string;
  /** The product: `Node.js`. */
  readonly title: string;
  /** The range of a request's alias; `undefined` if it has none. */
  readonly rangeOf?: (wanted: string) => string | undefined;
  /** Default: `"semver"`. */
  readonly scheme?: VersionScheme;
}

/** The log message about an overruled request: whether it also admits the chosen version. */
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
