import { relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { defined, unlessEmpty } from "@libcnb/app-kit/defined";
import { normalizedName } from "@libcnb/python-app/distributions";
import type { LockedPackage, Package, Project, Python, Work } from "../package-manager.ts";
import { markerHolds } from "../requirement/marker.ts";
import { parseRequirement } from "../requirement/requirement.ts";
import { activeExtras, type Holds, needed } from "./active-extras.ts";
import { type Distribution, readDistributions } from "./distribution.ts";
import { hashesOfBest, hashesOfInstalled } from "./installed-file.ts";

/** A virtual environment, and the project whose packages it contains. */
export type InstalledEnvironment = Pick<Work, "venv" | "project">;

/**
 * Returns all packages of an environment, from their metadata and the lockfile's hashes, sorted by
 * name. The result also contains the app, and the development packages of the lockfile, although
 * these are not installed.
 */
export async function installedPackages(
  { venv, project }: InstalledEnvironment,
  locked: readonly LockedPackage[],
): Promise<readonly Package[]> {
  const installed = await readDistributions(venv.sitePackages);
  const graph = await graphOf(installed, locked, project.python);
  const tags = await project.python.tags();
  const there = installed.map((each) =>
    installedPackage(each, { project, graph, tags, locked: matching(each, locked) }),
  );
  const names = new Set(there.map(({ name }) => name));
  const absent = locked.filter((each) => !names.has(normalizedName(each.name)) && isListed(each));
  const all = new Set([...names, ...absent.map(({ name }) => normalizedName(name))]);
  const others = absent.map((each) => absentPackage(each, all, tags));
  const packages = [...there.map((each) => withDevelopment(each, locked, all)), ...others];
  return withApp(packages, installed).toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

/**
 * True for the app itself and its development packages. Other packages that are not installed are
 * for other machines.
 */
const isListed = ({ scope, role }: LockedPackage): boolean => scope === "development" || role === "app";

interface Context {
  readonly project: InstalledEnvironment["project"];
  readonly graph: Graph;
  readonly tags: readonly string[];
  readonly locked: LockedPackage | undefined;
}

function installedPackage(each: Distribution, { project, graph, tags, locked }: Context): Package {
  const { role, source } = originOf(each, locked, project);
  const recorded = each.origin?.hashes ?? [];
  return {
    name: each.name,
    version: each.version,
    ...defined({ role, licenses: unlessEmpty(each.licenses) }),
    hashes: recorded.length > 0 ? recorded : hashesOfInstalled(locked?.files ?? [], each.wheel, tags),
    scope: locked?.scope === "optional" ? "optional" : "runtime",
    dependencies: graph.get(each.name) ?? [],
    ...defined({ source, bundled: unlessEmpty(each.bundled) }),
  };
}

/** A lockfile may have several versions of a package, for several machines. */
function matching({ name, version }: Distribution, locked: readonly LockedPackage[]): LockedPackage | undefined {
  const named = locked.filter((each) => normalizedName(each.name) === name);
  return named.find((each) => each.version === version) ?? named.find((each) => each.version === undefined) ?? named[0];
}

function absentPackage(each: LockedPackage, all: ReadonlySet<string>, supported: readonly string[]): Package {
  const name = normalizedName(each.name);
  return {
    name,
    version: each.version ?? "",
    ...defined({ role: each.role }),
    hashes: hashesOfBest(each.files, supported),
    scope: each.role === "app" ? "runtime" : each.scope,
    dependencies: namesAmong(all, name, namesNeeded(each)),
    ...defined({ source: each.role === undefined ? each.source : undefined }),
  };
}

/** The app's own dependencies for development are in no metadata. */
function withDevelopment(each: Package, locked: readonly LockedPackage[], all: ReadonlySet<string>): Package {
  const said = locked
    .filter(({ name, role }) => role !== undefined && normalizedName(name) === each.name)
    .flatMap(namesNeeded);
  return { ...each, dependencies: namesAmong(all, each.name, [...each.dependencies, ...said]) };
}

/** Requirements without a project have no name; the app is what needs what somebody asked for, or what nothing else needs. */
function withApp(packages: readonly Package[], installed: readonly Distribution[]): readonly Package[] {
  if (packages.some(({ role }) => role === "app")) return packages;
  const needed = new Set(packages.flatMap(({ dependencies }) => dependencies));
  const requested = installed.filter(({ isRequested }) => isRequested).map(({ name }) => name);
  const roots = packages.map(({ name }) => name).filter((name) => !needed.has(name));
  const dependencies = [...new Set([...requested, ...roots])].toSorted();
  return [{ name: "app", version: "", role: "app", hashes: [], scope: "runtime", dependencies }, ...packages];
}

/** The dependencies between installed packages: sorted names by name. */
type Graph = ReadonlyMap<string, readonly string[]>;
/** The graph of installed packages, from the metadata for this machine and the requested extras. */
async function graphOf(
  installed: readonly Distribution[],
  locked: readonly LockedPackage[],
  { markers }: Pick<Python, "markers">,
): Promise<Graph> {
  const holds: Holds = ({ marker }, extras) => markerHolds(marker, { values: markers, extras });
  const asked = locked.flatMap(({ scope, dependencies = [] }) => (scope === "development" ? [] : dependencies));
  const extras = await activeExtras(installed, asked, holds);
  const there = new Set(installed.map(({ name }) => name));
  const edges = installed.map(async (each) => {
    const names = (await needed(each, extras.get(each.name) ?? [], holds)).map(({ name }) => name);
    return [each.name, namesAmong(there, each.name, names)] as const;
  });
  return new Map(await Promise.all(edges));
}

/** The dependencies of a package in the lockfile. */
const namesNeeded = ({ dependencies = [] }: LockedPackage): readonly string[] =>
  dependencies.flatMap((text) => parseRequirement(text)?.name ?? []);
/** Unique sorted names, without the package's own, because its extras are not packages. */
const namesAmong = (there: ReadonlySet<string>, self: string, names: readonly string[]): readonly string[] =>
  [...new Set(names)].filter((name) => name !== self && there.has(name)).toSorted();

/** The origin of a package: whether it is the app's own, or else its source. */
function originOf(
  { origin }: Distribution,
  locked: LockedPackage | undefined,
  project: Pick<Project, "app" | "dir">,
): Pick<Package, "role" | "source"> {
  const path = origin === undefined ? undefined : pathOf(origin.address);
  const role = locked?.role ?? (origin?.isFolder === true ? roleOf(path, project) : undefined);
  if (role !== undefined) return { role };
  const source = path === undefined ? (origin?.address ?? locked?.source) : relativeTo(project.app.dir, path);
  return defined({ source });
}

const pathOf = (address: string): string | undefined => {
  try {
    return fileURLToPath(address.replace(/[?#].*$/s, ""));
  } catch {
    return undefined;
  }
};

const roleOf = (path: string | undefined, { app, dir }: Pick<Project, "app" | "dir">): Package["role"] =>
  path !== undefined && resolve(path) === resolve(app.dir, dir) ? "app" : "workspace";
/** A path of the machine has no meaning for readers. Outside of the app, only its last part is used. */
function relativeTo(dir: string, path: string): string {
  const inside = relative(dir, path);
  return inside.startsWith("..") || inside.startsWith(sep)
    ? (path.split(sep).at(-1) ?? path)
    : inside.split(sep).join("/");
}
