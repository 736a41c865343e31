import { inTemporaryFolder } from "@libcnb/app-kit/temporary-folder";
import type { ManagerChoice } from "@libcnb/node-app";
import { type BuildContext, type DownloadFile, UserError, versionRange } from "libcnb";
import { releasesOfRegistry } from "./registry.ts";
import {
  inventoryOf,
  knownReleases,
  type Machine,
  mainPackages,
  nativePackage,
  type ToolPackage,
  type ToolRelease,
} from "./releases.ts";

/**
 * The packages that contain a package manager: the main package, and for some package managers also
 * a package with the executable.
 */
export interface ToolParts {
  readonly main: ToolRelease;
  /** The executable for the machine, if it is in a separate package. */
  readonly native: ToolRelease | undefined;
}

/** The requested package manager, and the facts that the choice of its release depends on. */
export interface RequestedManager {
  readonly choice: ManagerChoice;
  readonly machine: Machine;
  /** The version of Node.js. */
  readonly node: string;
  /**
   * The choice of the last build for the same request. It is reused, so that a version that is not
   * in buildpack.toml is not looked up again.
   */
  readonly previous: ToolParts | undefined;
}

type Host = Pick<BuildContext<unknown>, "buildpack" | "inventory">;

/**
 * Chooses the release of a package manager: a release in buildpack.toml, or else the newest release
 * in the registry that matches the request and supports the Node.js version.
 *
 * @throws UserError NODE_PACKAGE_MANAGER_UNSUITABLE; LibcnbError VERSION_UNAVAILABLE,
 * VERSION_RANGE_INVALID, NPM_REGISTRY_UNKNOWN, DOWNLOAD_FAILED
 */
export async function chooseTool(host: Host, wanted: RequestedManager, download: DownloadFile): Promise<ToolParts> {
  const { choice, machine, node, previous } = wanted;
  const range = choice.version ?? choice.lockfileVersions ?? defaults[choice.name];
  const packages = mainPackages(choice.name, machine);
  const { metadata } = host.buildpack;
  const known = packages.flatMap((each) => knownReleases(metadata, each));
  const admitted = await within(known, range);
  const all =
    admitted.length > 0 ? known : ((previous && [previous.main]) ?? (await published(packages, range, download)));
  const main = await newest(host, await runBy(node, all, choice, range), choice, range);
  const own = nativePackage(choice.name, main.version, machine);
  if (own === undefined) return { main, native: undefined };
  const before = previous?.main.version === main.version ? previous.native : undefined;
  if (before !== undefined) return { main, native: before };
  return { main, native: await nativeRelease(own, main.version, knownReleases(metadata, own), download) };
}

/** The release lines for an app that requests none: those that most apps use. */
const defaults: Readonly<Record<ManagerChoice["name"], string>> = { npm: "*", yarn: "1", pnpm: "10", bun: "*" };

/** The newest, preferably of those that write the app's lockfile. */
async function newest(
  { inventory }: Host,
  releases: readonly ToolRelease[],
  { name, source, lockfileVersions = "*" }: ManagerChoice,
  range: string,
): Promise<ToolRelease> {
  const writesLockfile = await versionRange(lockfileVersions);
  const prefer = ({ version }: { readonly version: string }) => writesLockfile?.(version) ?? true;
  const chosen = await inventory.of(inventoryOf(name, releases)).resolve(name, range, { source, prefer });
  return releases.find(({ version, arch }) => version === chosen.version && arch === chosen.arch) as ToolRelease;
}

/** Leaves those that Node.js can run. */
async function runBy(
  node: string,
  releases: readonly ToolRelease[],
  { name, source }: ManagerChoice,
  range: string,
): Promise<readonly ToolRelease[]> {
  const isRun = await Promise.all(releases.map(async (each) => (await versionRange(each.node ?? "*"))?.(node) ?? true));
  const suitable = releases.filter((_, index) => isRun[index]);
  const admitted = await within(releases, range);
  const [needy] = admitted;
  if (suitable.length === 0 && needy === undefined) return releases;
  if (needy === undefined || (await within(suitable, range)).length > 0) return suitable;
  throw new UserError(
    "NODE_PACKAGE_MANAGER_UNSUITABLE",
    `${source} requests ${name} ${range}, which does not run on Node.js ${node.replace(/^v/, "")}`,
    {
      cause: `${name} ${needy.version} needs Node.js ${needy.node}`,
      hint: `Request a suitable Node.js version in engines.node or BP_NODE_VERSION, or request another version of ${name}.`,
    },
  );
}

async function published(
  packages: readonly ToolPackage[],
  range: string,
  download: DownloadFile,
): Promise<readonly ToolRelease[]> {
  const possible = packages.filter(({ has }) => !isExact(range) || has(range));
  const releases = await inTemporaryFolder((dir) => releasesOfRegistry(possible, download, dir));
  // what else there is concerns only those who ask for what there is not
  const exact = releases.filter(({ version }) => version === range);
  return exact.length > 0 ? exact : releases;
}

async function nativeRelease(
  source: ToolPackage,
  version: string,
  known: readonly ToolRelease[],
  download: DownloadFile,
): Promise<ToolRelease> {
  const [found] =
    known.length > 0 ? known : await inTemporaryFolder((dir) => releasesOfRegistry([source], download, dir));
  if (found !== undefined) return found;
  throw new UserError(
    "NODE_PACKAGE_MANAGER_UNSUITABLE",
    `the npm package ${source.name} does not have pnpm ${version}`,
    { hint: "Request a version of pnpm that supports this architecture, such as pnpm 10." },
  );
}

async function within(releases: readonly ToolRelease[], range: string): Promise<readonly ToolRelease[]> {
  const admits = await versionRange(range);
  return admits === undefined ? [] : releases.filter(({ version }) => admits(version));
}

const isExact = (range: string): boolean => /^\d+\.\d+\.\d+(-|$)/.test(range);
