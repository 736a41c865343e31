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
}

/** The requests in the buildpack plan; an entry without a version only wants some Node.js. */
export const planRequests = (
  entries: readonly { readonly version?: string | undefined; readonly source?: string | undefined }[],
): readonly VersionRequest[] =>
  entries.map(({ version = "", source = "another buildpack" }) => ({ range: version, source }));

/** Lists all requests; the first one wins, the others are only told about. None: the default of buildpack.toml. */
export function versionRequests({ environment = "", engines = "", plan }: VersionSources): readonly VersionRequest[] {
  const all = [
    { range: environment, source: "BP_NODE_VERSION" },
    { range: engines, source: "package.json engines.node" },
    ...plan,
  ];
  return all.filter(({ range }) => range.trim() !== "");
}

/** Says in one line per request why it has no effect. */
export const loserSentences = (requests: readonly VersionRequest[]): readonly string[] =>
  requests.slice(1).map(({ range, source }) => `${range} from ${source} is not considered`);
