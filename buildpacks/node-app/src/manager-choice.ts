import { inDir } from "@libcnb/app-kit/folders";
import { type App, UserError } from "libcnb";
import type { ManagerChoice, ManagerName } from "./manager.ts";
import { type Lockfile, lockfilesIn, lockfileVersions } from "./manager-lockfiles.ts";
import {
  enginesRequests,
  examples,
  type ManagerRequest,
  type RequestSources,
  strongRequests,
} from "./manager-requests.ts";
import { readPackageJson } from "./package-json.ts";
import type { ProjectDirs } from "./project-dirs.ts";

/**
 * Determines which package manager installs a project, and the reason. `override` is the value of
 * BP_NODE_PACKAGE_MANAGER.
 *
 * @throws UserError NODE_PACKAGE_MANAGER_INVALID, NODE_LOCKFILES_CONFLICT, NODE_LOCKFILE_OF_ANOTHER, PACKAGE_JSON_INVALID
 */
export async function readManagerChoice(
  app: App,
  { root }: ProjectDirs,
  override: string | undefined,
): Promise<ManagerChoice> {
  const files = await app.list(root === "" ? "." : root);
  const { vendored, missing } = await vendoredYarn(app, root, files);
  const choice = chooseManager({ override, vendored, packageJson: await readPackageJson(app, root), files });
  const warnings = choice.name === "yarn" && missing !== undefined ? [...choice.warnings, missing] : choice.warnings;
  const { lockfile } = choice;
  // many megabytes, which matter only if a version can still be chosen
  if (lockfile === undefined || isExact(choice.version) || !textLockfiles.has(lockfile)) return { ...choice, warnings };
  const written = lockfileVersions(lockfile, await app.readText(inDir(root, lockfile)));
  return { ...choice, lockfileVersions: written ?? choice.lockfileVersions, warnings };
}

const textLockfiles: ReadonlySet<string> = new Set(["pnpm-lock.yaml", "yarn.lock"]);

const isExact = (version: string | undefined): boolean => /^\d+\.\d+\.\d+(-|$)/.test(version ?? "");

/** Settings that name a Yarn in the app, for Yarn 2 and newer and for Yarn 1. */
const yarnSettings: readonly (readonly [file: string, key: string, setting: RegExp])[] = [
  [".yarnrc.yml", "yarnPath", /^yarnPath:\s*["']?([^"'\s#]+)/m],
  [".yarnrc", "yarn-path", /^yarn-path\s+["']?([^"'\s#]+)/m],
];

async function vendoredYarn(
  app: App,
  root: string,
  files: readonly string[],
): Promise<{ readonly vendored: RequestSources["vendored"]; readonly missing?: string }> {
  for (const [file, key, setting] of yarnSettings) {
    if (!files.includes(file)) continue;
    const [, path] = setting.exec(await app.readText(inDir(root, file))) ?? [];
    if (path === undefined) continue;
    const program = inDir(root, path.replace(/^\.\//, ""));
    if (await app.exists(program)) return { vendored: { path: program, source: `${key} in ${file}` } };
    return { vendored: undefined, missing: missingYarn(file, key, path) };
  }
  return { vendored: undefined };
}

const missingYarn = (file: string, key: string, path: string): string =>
  `${key} in ${file} names ${path}, which does not exist: the buildpack downloads Yarn instead. Commit ${path} (see .gitignore), or remove ${key}.`;

/** The files and settings that determine an app's package manager. */
export interface ManagerSources extends RequestSources {
  /** The file names in the project's root directory. */
  readonly files: readonly string[];
}

/**
 * Chooses the package manager from these sources, in order of precedence: BP_NODE_PACKAGE_MANAGER,
 * a Yarn release in the app that `.yarnrc.yml` or `.yarnrc` names, `packageManager`,
 * `devEngines.packageManager`, `engines`, the lockfile. The default is npm.
 *
 * @throws UserError NODE_PACKAGE_MANAGER_INVALID, NODE_LOCKFILES_CONFLICT, NODE_LOCKFILE_OF_ANOTHER
 */
export function chooseManager(sources: ManagerSources): ManagerChoice {
  const lockfiles = lockfilesIn(sources.files);
  const requests = [...strongRequests(sources), ...suitable(enginesRequests(sources.packageJson), lockfiles)];
  const winner = requests[0] ?? requestOf(lockfiles);
  const { name } = winner;
  // who names the tool without a version leaves that to the next one who names the tool
  const versioned =
    requests.find((request) => request.name === name && (request.version ?? request.vendored)) ?? winner;
  const own = ownLockfile(winner, lockfiles);
  return {
    name,
    version: versioned.version,
    lockfileVersions: name === "yarn" && sources.files.includes(".yarnrc.yml") ? ">=2" : undefined,
    digest: versioned.digest,
    vendored: versioned.vendored,
    source: versioned === winner ? winner.source : `${winner.source}, with its version from ${versioned.source}`,
    lockfile: own?.name,
    losers: losers(requests, winner, versioned),
    warnings: own === undefined ? withoutLockfile(winner.name, sources) : ignored(winner, own, lockfiles),
  };
}

/**
 * Those of `engines` with a lockfile come first. `engines.npm` alone is not a choice for an app
 * with another tool's lockfile.
 */
function suitable(requests: readonly ManagerRequest[], lockfiles: readonly Lockfile[]): readonly ManagerRequest[] {
  const hasLockfile = ({ name }: ManagerRequest) => lockfiles.some(({ owner }) => owner === name);
  const others = requests.filter((request) => !hasLockfile(request));
  return [...requests.filter(hasLockfile), ...others.filter(({ name }) => name !== "npm" || lockfiles.length === 0)];
}

function requestOf(lockfiles: readonly Lockfile[]): ManagerRequest {
  const [first] = lockfiles;
  if (first === undefined) return { name: "npm", source: "the default, because the app requests no package manager" };
  const other = lockfiles.find(({ owner }) => owner !== first.owner);
  if (other === undefined) return { name: first.owner, source: first.name };
  throw new UserError(
    "NODE_LOCKFILES_CONFLICT",
    `the app has lockfiles of several package managers: ${names(lockfiles)}`,
    {
      hint: `Delete the lockfiles of the package managers that you do not use; or name the one that you use in package.json, such as "packageManager": "${examples[other.owner]}"; or set BP_NODE_PACKAGE_MANAGER to ${first.owner} or ${other.owner}.`,
    },
  );
}

function ownLockfile({ name, source }: ManagerRequest, lockfiles: readonly Lockfile[]): Lockfile | undefined {
  const own = lockfiles.find(({ owner }) => owner === name);
  const [other] = lockfiles;
  if (own !== undefined || other === undefined) return own;
  throw new UserError(
    "NODE_LOCKFILE_OF_ANOTHER",
    `${source} requests ${name}, but the app has only ${names(lockfiles)}`,
    {
      hint: `Run "${name} install", commit the lockfile of ${name} and delete ${names(lockfiles)}; or request ${other.owner}${source.includes("package.json") ? " in package.json" : ""}.`,
    },
  );
}

const losers = (
  requests: readonly ManagerRequest[],
  winner: ManagerRequest,
  versioned: ManagerRequest,
): readonly string[] =>
  requests
    .filter((request) => request !== winner && request !== versioned)
    .filter(({ name, version }) => name !== winner.name || (version !== undefined && version !== versioned.version))
    .map(({ name, version, source }) => `${[name, version].filter(Boolean).join(" ")} from ${source} is ignored`);

const ignored = ({ name, source }: ManagerRequest, own: Lockfile, lockfiles: readonly Lockfile[]): readonly string[] =>
  lockfiles
    .filter((each) => each !== own)
    .map((each) =>
      each.owner === name
        ? `${each.name} is ignored: ${name} reads ${own.name}. Delete one of them.`
        : `${each.name} is ignored: ${source} requests ${name}. Delete either the file or the request.`,
    );

function withoutLockfile(name: ManagerName, { packageJson }: ManagerSources): readonly string[] {
  const { dependencies = {}, devDependencies = {}, optionalDependencies = {}, workspaces } = packageJson ?? {};
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
  if (Object.keys(all).length === 0 && workspaces === undefined) return [];
  const lockfile = { npm: "package-lock.json", yarn: "yarn.lock", pnpm: "pnpm-lock.yaml", bun: "bun.lock" }[name];
  return [
    `There is no ${lockfile}: ${name} installs the newest versions that the app accepts, and another build may install different ones. Run "${name} install" and commit ${lockfile}.`,
  ];
}

const names = (lockfiles: readonly Lockfile[]): string => lockfiles.map(({ name }) => name).join(" and ");
