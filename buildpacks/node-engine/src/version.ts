import { UserError } from "libcnb";
import semver from "semver";
import type { Release } from "./inventory.ts";

/** A wish for a version of Node.js, and who has it. */
export interface VersionRequest {
  /** A semantic version range as npm understands it, such as `^24.1`, `22` or `>=20 <23`. */
  readonly range: string;
  /** In the user's words: `BP_NODE_VERSION`, `package.json engines.node`. */
  readonly source: string;
}

/** Everybody who may ask for a version. */
export interface VersionSources {
  readonly environment: string | undefined;
  readonly engines: string | undefined;
  /** What other buildpacks wrote into the buildpack plan. */
  readonly plan: readonly VersionRequest[];
  readonly fallback: string;
}

/** The requests in the buildpack plan; an entry without a version only wants some Node.js. */
export const planRequests = (
  entries: readonly { readonly version?: string | undefined; readonly source?: string | undefined }[],
): readonly VersionRequest[] =>
  entries.map(({ version = "", source = "another buildpack" }) => ({ range: version, source }));

/** Lists all requests; the first one wins, the others are only told about. */
export function versionRequests(sources: VersionSources): readonly [VersionRequest, ...VersionRequest[]] {
  const stated = [
    { range: sources.environment ?? "", source: "BP_NODE_VERSION" },
    { range: sources.engines ?? "", source: "package.json engines.node" },
    ...sources.plan,
  ].filter(({ range }) => range.trim() !== "");
  const fallback = { range: sources.fallback, source: "the default of this buildpack" };
  const [first, ...rest] = [...stated, fallback];
  return [first ?? fallback, ...rest];
}

/** Picks the newest release that the request allows; throws a {@link UserError} that lists what exists. */
export function chooseRelease(releases: readonly Release[], request: VersionRequest, platform: string): Release {
  const newestFirst = releases.toSorted((a, b) => semver.rcompare(a.version, b.version));
  if (semver.validRange(request.range) === null) {
    throw new UserError(
      "NODE_VERSION_INVALID",
      `${request.source} is "${request.range}", which is not a version range`,
      {
        hint: `Write a version range such as "24" or "^22.12". ${available(newestFirst, platform)}`,
      },
    );
  }
  const found = newestFirst.find(({ version }) => semver.satisfies(version, request.range));
  if (found !== undefined) return found;
  throw new UserError(
    "NODE_VERSION_UNAVAILABLE",
    `${request.source} asks for Node.js ${request.range}, which this buildpack does not have for ${platform}`,
    {
      hint: `${available(newestFirst, platform)} ${remedy(request)}`,
    },
  );
}

/** Says in one line which version is used, because of whom. */
export const winnerSentence = (release: Release, { range, source }: VersionRequest): string =>
  `Using Node.js ${release.version}: ${source} asks for ${range}`;

/** Says in one line per request why it has no effect. */
export const loserSentences = (requests: readonly VersionRequest[]): readonly string[] =>
  requests.slice(1).map(({ range, source }) => `${range} from ${source} is not considered`);

const available = (newestFirst: readonly Release[], platform: string): string =>
  `Available for ${platform}: ${newestFirst.map(({ version }) => `${semver.major(version)} (${version})`).join(", ") || "none"}.`;

const remedy = ({ source }: VersionRequest): string =>
  source === "BP_NODE_VERSION" ? "Change BP_NODE_VERSION." : `Change ${source}, or set BP_NODE_VERSION.`;
