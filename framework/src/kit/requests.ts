import { type VersionScheme, versionRange } from "../inventory/versions/versions.ts";

/** A requested version, and the source of the request. */
export interface VersionRequest {
  /** The text as written: `^24.1`, `lts/*`, `>=3.11`. */
  readonly wanted: string;
  /**
   * The source of the request, in words for the user: `BP_NODE_VERSION`, `engines.node of
   * package.json`.
   */
  readonly source: string;
}

/**
 * Selects the requests that are not empty or blank, in order.
 *
 * @example `const [first, ...others] = versionRequests([{ wanted: env.BP_TOOL_VERSION, source: "BP_TOOL_VERSION" }, { wanted: text, source: ".tool-version" }]);`
 */
export const versionRequests = (
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
 *
 * @example `const requests = requestsInPlan([{ version: "22.x", source: "engines.node of package.json" }]);`
 */
export const requestsInPlan = (plan: readonly PlanRequest[]): readonly VersionRequest[] =>
  versionRequests(plan.map(({ version, source = "another buildpack" }) => ({ wanted: version, source })));

/** The chosen version, for messages about requests that are not followed. */
export interface ChosenVersion {
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
 * Creates the log message about a request that is not followed. The message states whether the
 * request also allows the chosen version.
 *
 * @example
 * `log.info(await overruledRequestText({ wanted: "20.x", source: ".nvmrc" }, { version: "22.1.0", title: "Node.js" }));`
 */
export async function overruledRequestText({ wanted, source }: VersionRequest, chosen: ChosenVersion): Promise<string> {
  const { version, title, rangeOf = (text: string) => text, scheme } = chosen;
  const range = rangeOf(wanted);
  const admits = range === undefined ? undefined : await versionRange(range, scheme);
  const shown = wanted.length > 100 ? `${wanted.slice(0, 100)}…` : wanted;
  if (admits === undefined) return `${source} is ignored: ${JSON.stringify(shown)} is not a version of ${title}`;
  return admits(version)
    ? `${source} requests ${shown}; ${version} satisfies it as well`
    : `${source} requests ${shown}, which is ignored: ${version} does not satisfy it`;
}

/** The default version of a product, for a build that does not request a version. */
export interface UnsetVersion {
  /** The name of the product: `Node.js`. */
  readonly title: string;
  /** The version that this build uses. */
  readonly version: string;
  /** The release line of that version, and the line that will be the next default. */
  readonly line: string;
  readonly next: string;
  /** A hint on how to stay on the line: `set BP_JVM_VERSION=21`. */
  readonly setting: string;
}

/**
 * Returns the warning for an app that requests no version. The warning states that a newer buildpack
 * may build the app with another release line.
 *
 * @example
 * `log.warn(unsetVersionWarning({ title: "Node.js", version, line: "22", next: "24", setting: "set BP_NODE_VERSION=22.x" }));`
 */
export const unsetVersionWarning = ({ title, version, line, next, setting }: UnsetVersion): string =>
  `The app requests no version of ${title}: this build uses ${version}. The default will change to ${title} ${next}. To stay on ${line}, ${setting}.`;

/**
 * Returns the lines of a settings file without comments after `#`, surrounding blanks, empty lines
 * and a byte order mark.
 */
const linesOf = (text: string): readonly string[] =>
  text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n|\r/)
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");

/**
 * Returns the version in a `.nvmrc`, `.node-version` or `.python-version` file. The version is the
 * first line that is not a comment, without a trailing comment. Returns `undefined` if there is no
 * such line. https://github.com/nvm-sh/nvm#nvmrc
 *
 * @example `const wanted = versionInFile(await app.readText(".node-version"));`
 */
export const versionInFile = (text: string): string | undefined => linesOf(text)[0];
