import {
  type BuildContext,
  type Inventory,
  LibcnbError,
  type Release,
  type ResolveOptions,
  UserError,
  versionRange,
} from "libcnb";
import { overruledRequestText, unsetVersionWarning, type VersionRequest } from "libcnb/kit";
import type { Settings } from "./contract.ts";
import { type LtsLines, lineNotice, lineOf } from "./lines.ts";
import { onMirror } from "./published/release-server.ts";
import { type RequestedRelease, wantedOf } from "./requests.ts";

/** The available releases, and the log. */
interface ReleaseOffer extends Pick<BuildContext, "bindings" | "download" | "inventory" | "log" | "target"> {
  readonly config: Pick<Settings, "BP_NODE_DISTRIBUTION" | "BP_NODE_MIRROR" | "BP_NODE_RELEASES">;
  readonly lines: LtsLines;
}

/** The Node.js project's archives are `node` in the inventory, the packages of an npm registry `node-npm`. */
const inventoryId = ({ BP_NODE_DISTRIBUTION }: ReleaseOffer["config"]): string =>
  BP_NODE_DISTRIBUTION === "npm" ? "node-npm" : "node";

/**
 * Chooses the release of Node.js and logs the reason. The first request takes precedence. Requests
 * that are not followed are logged. Without requests, the default in buildpack.toml is used.
 *
 * @throws UserError NODE_LTS_UNKNOWN, NODE_MIRROR_INVALID
 */
export async function chooseNode(requests: readonly VersionRequest[], offered: ReleaseOffer): Promise<Release> {
  const { config, lines, log } = offered;
  const [winner, ...losers] = requests;
  const wanted = winner && understood(winner, lines);
  const prefer = (await prefersLts(wanted)) && { prefer: (release: Release) => lines.has(lineOf(release.version)) };
  const node = await resolve(wanted?.range, { ...sourceOf(winner, wanted), ...prefer }, offered);
  if (winner === undefined) log.warn(unset(node));
  await logPassedOver(wanted, node, offered);
  for (const loser of losers) log.info(await describeLoser(loser, node.version, lines));
  const notice = lineNotice(node.version, lines);
  if (notice !== undefined) log.warn(notice);
  return onMirror(node, config.BP_NODE_MIRROR);
}

/**
 * Returns the matching release of the inventory. If there is none, a release that the Node.js
 * project publishes is used. Builds for which the inventory suffices do not request the list of
 * published releases.
 */
async function resolve(range: string | undefined, options: ResolveOptions, offered: ReleaseOffer): Promise<Release> {
  const { config, inventory } = offered;
  try {
    return await inventory.resolve(inventoryId(config), range, options);
  } catch (error) {
    const isMissing = error instanceof LibcnbError && error.code === "VERSION_UNAVAILABLE" && range !== undefined;
    if (!isMissing || config.BP_NODE_DISTRIBUTION !== "archive" || config.BP_NODE_RELEASES !== "upstream") throw error;
    const { publishedRelease } = await import("./published/published-release.ts");
    const published = await publishedRelease(range, { ...offered, mirror: config.BP_NODE_MIRROR });
    if (published === undefined) throw error;
    return inventory.of(published).resolve("node", range, options);
  }
}

/** Each even line of Node.js gets long-term support, and becomes the default then. */
function unset({ version }: Release): string {
  const line = lineOf(version);
  const setting = `write "engines": { "node": "${line}.x" } into package.json`;
  return unsetVersionWarning({ title: "Node.js", version, line: `${line}`, next: `${line + 2 - (line % 2)}`, setting });
}

function understood({ wanted, source }: VersionRequest, lines: LtsLines): RequestedRelease {
  const meaning = wantedOf(wanted, lines);
  if (meaning !== undefined) return meaning;
  throw new UserError("NODE_LTS_UNKNOWN", `${source} requests ${wanted}, which is not an LTS release line of Node.js`, {
    cause: `LTS release lines: ${[...lines].map(([line, name]) => `lts/${name.toLowerCase()} (${line})`).join(", ")}`,
    hint: `Write "lts/*" or one of these release lines into ${source}.`,
  });
}

/**
 * The source of a request, with its text if that is not the range itself: `.nvmrc (lts/*) requests
 * 24.x`.
 */
const sourceOf = (request: VersionRequest | undefined, wanted: RequestedRelease | undefined) =>
  request && {
    source: wanted?.range === request.wanted ? request.source : `${request.source} (${request.wanted})`,
  };

/**
 * True for a range such as ">=18", which names no particular line. Long-term support is the better
 * choice for it.
 */
const prefersLts = async (wanted: RequestedRelease | undefined): Promise<boolean> =>
  wanted !== undefined && !wanted.newest && (await versionRange(wanted.range))?.("99999.0.0") === true;

async function logPassedOver(
  wanted: RequestedRelease | undefined,
  node: Release,
  offered: ReleaseOffer,
): Promise<void> {
  const { inventory, config, lines, target, log } = offered;
  if (wanted === undefined || !(await prefersLts(wanted)) || !lines.has(lineOf(node.version))) return;
  const admits = await versionRange(wanted.range);
  const here = (await inventory.all(inventoryId(config))).filter(
    ({ arch }) => arch === undefined || arch === target.arch,
  );
  const newer = here.filter(({ version }) => lineOf(version) > lineOf(node.version) && admits?.(version));
  const passedOver = [...new Set(newer.map(({ version }) => lineOf(version)))];
  if (passedOver.length > 0)
    log.info(
      `Node.js ${passedOver.join(", ")} also satisfies the request, but is not in long-term support yet: to use it, request "${passedOver[0]}"`,
    );
}

/**
 * Creates the log message about a request that is not followed. The message says whether the
 * request also allows the chosen version.
 */
export const describeLoser = (request: VersionRequest, version: string, lines: LtsLines): Promise<string> =>
  overruledRequestText(request, { version, title: "Node.js", rangeOf: (words) => wantedOf(words, lines)?.range });

/** The releases to install: Node.js, and npm if the release of Node.js does not include npm. */
export interface ChosenReleases {
  readonly node: Release;
  readonly npm: Release | undefined;
}

/**
 * Returns the newest npm release of the release line that belongs to a Node.js version. Returns
 * `undefined` if the download of that Node.js version includes npm.
 */
export async function npmFor(node: Release, inventory: Inventory): Promise<Release | undefined> {
  if (!node.uri.startsWith("npm:")) return undefined;
  const line = lineOf(node.version) < 24 ? "10" : "11";
  return inventory.resolve("npm", line, { source: `Node.js ${node.version}` });
}
