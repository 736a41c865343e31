import { inDir } from "@libcnb/app-kit/folders";
import { type PackageJson, projectDirs, readPackageJson } from "@libcnb/node-app";
import { type App, s } from "libcnb";
import { type PlanRequest, requestsInPlan, type VersionRequest, versionInFile, versionRequests } from "libcnb/kit";
import type { Settings } from "./contract.ts";
import { endedLtsLines, type LtsLines } from "./lines.ts";

/**
 * Reads all requests in order of precedence: requests of the user, of the project's files, of its
 * workspace's files, and of other buildpacks.
 */
export async function readRequests(
  app: App,
  settings: Pick<Settings, "BP_NODE_VERSION" | "BP_NODE_PROJECT_PATH">,
  plan: readonly PlanRequest[],
): Promise<readonly VersionRequest[]> {
  const { dir, root } = await projectDirs(app, settings.BP_NODE_PROJECT_PATH);
  const folders = await Promise.all([...new Set([dir, root])].map((folder) => requestsOf(app, folder)));
  const own = [{ wanted: settings.BP_NODE_VERSION, source: "BP_NODE_VERSION" }, ...folders.flat()];
  return [...versionRequests(own), ...requestsInPlan(plan)];
}

async function requestsOf(app: App, dir: string) {
  const at = (name: string) => inDir(dir, name);
  const packageJson = await readPackageJson(app, dir);
  const inFile = async (name: string) => ({ wanted: await fileVersion(app, at(name)), source: at(name) });
  return [
    { wanted: packageJson?.engines.node, source: `engines.node of ${at("package.json")}` },
    { wanted: runtimeVersion(packageJson), source: `devEngines.runtime of ${at("package.json")}` },
    await inFile(".nvmrc"),
    await inFile(".node-version"),
  ];
}

const fileVersion = async (app: App, path: string): Promise<string | undefined> =>
  (await app.exists(path)) ? versionInFile(await app.readText(path)) : undefined;

const runtime = s.table({ name: s.string, version: s.optional(s.string) });

// one runtime or several; an entry that is not for Node.js, or whose form npm does not know, is not a request
function runtimeVersion(packageJson: PackageJson | undefined): string | undefined {
  const written = packageJson?.devEngines.runtime;
  const decoding = s.decode(s.list(runtime), Array.isArray(written) ? written : [written]);
  return decoding.issues === undefined ? decoding.value.find(({ name }) => name === "node")?.version : undefined;
}

/** The versions that a request allows. */
export interface RequestedRelease {
  /** A semantic version range as npm understands it. */
  readonly range: string;
  /**
   * True if the newest release is requested by name, such as `latest`. The newest release is then
   * preferred over releases with long-term support.
   */
  readonly newest: boolean;
}

const newestWords = ["node", "stable", "latest", "current", "unstable"];

/**
 * Parses a version request: a version, a range, or an alias of nvm and fnm: `lts`, `lts/*`,
 * `lts/-1` (the previous LTS line), `lts/krypton`, `node`, `stable`, `latest`, `current`. Returns
 * `undefined` for an unknown LTS line.
 */
export function wantedOf(words: string, lines: LtsLines): RequestedRelease | undefined {
  const text = words.trim().toLowerCase();
  if (newestWords.includes(text)) return { range: "*", newest: true };
  const [isLts, name = "*"] = /^lts(?:[/-](.+))?$/.exec(text) ?? [];
  if (isLts === undefined) return { range: words.trim(), newest: false };
  const line = ltsLine(name, lines);
  return line === undefined ? undefined : { range: `${line}.x`, newest: false };
}

function ltsLine(name: string, lines: LtsLines): number | undefined {
  const all = [...lines];
  const [back] = /^-\d{1,3}$/.exec(name) ?? [];
  if (back !== undefined) return all[-Number(back)]?.[0];
  if (["*", "latest", "lts"].includes(name)) return all[0]?.[0];
  return [...all, ...endedLtsLines].find(([, each]) => each.toLowerCase() === name)?.[0];
}
