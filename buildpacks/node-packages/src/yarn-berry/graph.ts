import type { PackageJson } from "@libcnb/node-app";
import type { Project } from "../package-manager.ts";
import type { Scope } from "../yarn/scopes.ts";
import { type Edge, scopesOf } from "../yarn/scopes.ts";
import type { InstallState, StoredPackage } from "./install-state.ts";

/** The packages of an installation, with their scopes and dependencies. */
export interface Graph {
  /** Packages by the digest of their locator. */
  readonly packages: ReadonlyMap<string, StoredPackage>;
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly edges: (hash: string) => readonly Edge[];
}

/** Manifests of the workspaces by directory; "" for the project. */
export type Manifests = Readonly<
  Record<string, Pick<PackageJson, "dependencies" | "optionalDependencies" | "devDependencies">>
>;

/**
 * Determines the packages that the workspaces need. A package is not needed if it is only a peer
 * dependency, because another package provides it.
 */
export function graphOf(
  state: InstallState,
  { manifests, dirs }: Pick<Project, "dirs"> & { readonly manifests: Manifests },
): Graph {
  const packages = state.storedPackages;
  const edges = (hash: string) => edgesOf(packages.get(hash), state, manifests);
  const workspaces = [...packages.values()].filter((each) => workspaceDir(each) !== undefined);
  const dir = dirs.root === "" ? dirs.dir : dirs.dir.slice(dirs.root.length + 1);
  // all workspaces can use what the project itself asks for
  const isLaunched = (each: StoredPackage) => dir === "" || ["", dir].includes(workspaceDir(each) ?? "-");
  const ids = (wanted: boolean) =>
    workspaces.filter((each) => isLaunched(each) === wanted).map(({ locatorHash }) => locatorHash);
  const scopes = scopesOf({ launched: ids(true), others: ids(false) }, (hash) =>
    edges(hash).filter(({ isPeer }) => isPeer !== true),
  );
  return { packages, scopes, edges };
}

/** Returns the name of a package: `@scope/name`. */
export const nameOf = ({ scope, name }: Pick<StoredPackage, "scope" | "name">): string =>
  scope === null ? name : `@${scope}/${name}`;

/** Returns the locator of a package as in Yarn's own files: `name@npm:1.0.0`. */
export const locatorOf = (each: StoredPackage): string => `${nameOf(each)}@${each.reference}`;

/**
 * Returns the reference of a package. For a virtual package, the part about its location is
 * removed.
 */
export const physicalReference = ({ reference }: StoredPackage): string => reference.replace(/^virtual:[^#]*#/, "");

/**
 * Returns the directory of a workspace, relative to the project; `undefined` for other packages.
 */
export function workspaceDir(each: StoredPackage): string | undefined {
  const reference = physicalReference(each);
  if (!reference.startsWith("workspace:")) return undefined;
  return reference.slice("workspace:".length).replace(/^\.$/, "");
}

function edgesOf(from: StoredPackage | undefined, state: InstallState, manifests: Manifests): readonly Edge[] {
  if (from === undefined) return [];
  const dir = workspaceDir(from);
  const manifest = dir === undefined ? undefined : manifests[dir];
  return [...from.dependencies].flatMap(([ident, descriptor]) => {
    const to = state.storedResolutions.get(descriptor.descriptorHash);
    const name = nameOf(descriptor);
    if (to === undefined) return [];
    return {
      to,
      isPeer: from.peerDependencies.has(ident),
      isDev: isDevelopment(manifest, name),
      isOptional: isOptional(from, name),
    };
  });
}

const isDevelopment = (manifest: Manifests[string] | undefined, name: string): boolean =>
  manifest?.devDependencies[name] !== undefined &&
  manifest.dependencies[name] === undefined &&
  manifest.optionalDependencies[name] === undefined;

const isOptional = ({ dependenciesMeta }: StoredPackage, name: string): boolean =>
  dependenciesMeta.get(name)?.get(null)?.optional === true;
