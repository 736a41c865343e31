import { normalizedName } from "@libcnb/python-app/distributions";
import type { LockedPackage, Package, Work } from "../package-manager.ts";
import { type Distribution, readDistributions } from "./distribution.ts";
import { type Graph, graphOf, namesAmong, namesNeeded } from "./graph.ts";
import { hashesOfBest, hashesOfInstalled } from "./installed-file.ts";
import { originOf } from "./origin.ts";

/** The location of the packages, and their target. */
export type Installed = Pick<Work, "venv" | "project">;

/**
 * All packages of an environment, from their metadata and the lockfile's hashes; with the
 * lockfile's development packages, which are not installed, and the app. Sorted by name.
 */
export async function installedPackages(
  { venv, project }: Installed,
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

/** What an app has for development, and itself. What else is not installed is for other machines. */
const isListed = ({ scope, role }: LockedPackage): boolean => scope === "development" || role === "app";

interface Context {
  readonly project: Installed["project"];
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
    ...(role !== undefined && { role }),
    ...(each.licenses.length > 0 && { licenses: each.licenses }),
    hashes: recorded.length > 0 ? recorded : hashesOfInstalled(locked?.files ?? [], each.wheel, tags),
    scope: locked?.scope === "optional" ? "optional" : "runtime",
    dependencies: graph.get(each.name) ?? [],
    ...(source !== undefined && { source }),
    ...(each.bundled.length > 0 && { bundled: each.bundled }),
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
    ...(each.role !== undefined && { role: each.role }),
    hashes: hashesOfBest(each.files, supported),
    scope: each.role === "app" ? "runtime" : each.scope,
    dependencies: namesAmong(all, name, namesNeeded(each)),
    ...(each.source !== undefined && each.role === undefined && { source: each.source }),
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
