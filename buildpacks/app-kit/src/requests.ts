import { type VersionScheme, versionRange } from "libcnb";

/** A requested version and its source. */
export interface VersionRequest {
  /** The text as written: `^24.1`, `lts/*`, `>=3.11`. */
  readonly wanted: string;
  /**
   * The source of the request, in words for the user: `BP_NODE_VERSION`, `engines.node of
   * package.json`.
   */
  readonly source: string;
}

/** Selects the requests that are not empty or blank, in order. */
export const requestsAmong = (
  candidates: readonly { readonly wanted: string | undefined; readonly source: string }[],
): readonly VersionRequest[] =>
  candidates.flatMap(({ wanted, source }) => (wanted?.trim() ? [{ wanted: wanted.trim(), source }] : []));

/** A version request of another buildpack in the build plan. */
export interface PlanRequest {
  readonly version?: string | undefined;
  readonly source?: string | undefined;
}

/**
 * Reads the version requests of other buildpacks in the build plan, which have the lowest
 * precedence.
 */
export const requestsInPlan = (plan: readonly PlanRequest[]): readonly VersionRequest[] =>
  requestsAmong(plan.map(({ version, source = "another buildpack" }) => ({ wanted: version, source })));

/** The chosen version, for messages about overruled requests. */
export interface Chosen {
  readonly version: string;
  /** The name of the product: `Node.js`. */
  readonly title: string;
  /**
   * Returns the version range that an alias such as `lts/*` stands for; `undefined` if the request
   * is not an alias.
   */
  readonly rangeOf?: (wanted: string) => string | undefined;
  /** The version scheme. Default: `"semver"`. */
  readonly scheme?: VersionScheme;
}

/**
 * Creates the log message about an overruled request. The message says whether the request also
 * allows the chosen version.
 */
export async function loserSentence({ wanted, source }: VersionRequest, chosen: Chosen): Promise<string> {
  const { version, title, rangeOf = (text: string) => text, scheme } = chosen;
  const range = rangeOf(wanted);
  const admits = range === undefined ? undefined : await versionRange(range, scheme);
  const shown = wanted.length > 100 ? `${wanted.slice(0, 100)}…` : wanted;
  if (admits === undefined) return `${source} is ignored: ${JSON.stringify(shown)} is not a version of ${title}`;
  return admits(version)
    ? `${source} requests ${shown}; ${version} satisfies it as well`
    : `${source} requests ${shown}, which is ignored: ${version} does not satisfy it`;
}
