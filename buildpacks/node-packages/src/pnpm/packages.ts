import { defined } from "@libcnb/app-kit/defined";
import { textOf } from "@libcnb/app-kit/tables";
import type { Package } from "../package-manager.ts";
import { licenseOf } from "../sbom/license.ts";
import { type DependencyPath, type Installation, importersOf, manifestIn, type ReachableTree, walk } from "./walk.ts";

type Scope = Package["scope"];

/**
 * Returns the installed packages, including the app and its workspaces.
 *
 * @param starts real paths of the projects that are needed at run time
 */
export function packagesOf(installations: readonly Installation[], starts: readonly string[]): readonly Package[] {
  const every = installations.flatMap((each) => importersOf(each).map(([path]) => path));
  const all = walk(installations, every, { development: true, optional: true });
  const kept = walk(installations, starts, { development: false, optional: true });
  const certain = walk(installations, starts, { development: false, optional: false });
  const scopeOf = (path: string): Scope => {
    if (isIn(certain, path)) return "runtime";
    return isIn(kept, path) ? "optional" : "development";
  };
  const root = installations[0]?.root;
  const projects = [...all.projects].map(([path, needs]) =>
    projectAt(path, { needs, all, root, scope: scopeOf(path) }),
  );
  const locations = [...all.locations].map(([path, location]) => packageAt(path, location, scopeOf(path), all));
  return [...projects, ...locations];
}

const isIn = ({ locations, projects }: ReachableTree, path: string): boolean =>
  locations.has(path) || projects.has(path);

interface ProjectAt {
  readonly needs: ReadonlyMap<string, string>;
  readonly all: ReachableTree;
  readonly root: string | undefined;
  readonly scope: Scope;
}

function projectAt(path: string, { needs, all, root, scope }: ProjectAt): Package {
  const license = licenseOf(manifestIn(path));
  return {
    ...nameAndVersionAt(path, all),
    role: path === root ? "app" : "workspace",
    ...defined({ license }),
    scope,
    dependencies: keysOf(needs, all),
  };
}

function packageAt(
  path: string,
  { package: locked, needs }: DependencyPath,
  scope: Scope,
  all: ReachableTree,
): Package {
  const license = licenseOf(manifestIn(path));
  return {
    ...nameAndVersionAt(path, all),
    ...defined({
      // a package in a directory is a copy of a folder of the app
      role: locked.directory === undefined ? undefined : ("workspace" as const),
      license,
      integrity: locked.integrity,
    }),
    scope,
    dependencies: keysOf(needs, all),
    ...defined({ source: locked.source }),
  };
}

const keysOf = (needs: ReadonlyMap<string, string>, all: ReachableTree): readonly string[] => {
  const found = [...needs.values()].filter((path) => isIn(all, path)).map((path) => nameAndVersionAt(path, all));
  return [...new Set(found.map(({ name, version }) => `${name}@${version}`))].toSorted();
};

/** Copies of directories have no version in the lockfile. */
function nameAndVersionAt(path: string, { locations }: ReachableTree): Pick<Package, "name" | "version"> {
  const locked = locations.get(path)?.package;
  if (locked !== undefined && locked.version !== "") return { name: locked.name, version: locked.version };
  const manifest = manifestIn(path);
  return { name: textOf(manifest.name) ?? locked?.name ?? "app", version: textOf(manifest.version) ?? "" };
}
