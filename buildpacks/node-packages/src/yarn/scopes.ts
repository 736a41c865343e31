import type { Package } from "../package-manager.ts";

export type Scope = Package["scope"];

/** A resolved dependency of a package or workspace, as an edge of the dependency graph. */
export interface Edge {
  /** The id of the package to which the dependency resolves. */
  readonly to: string;
  /** True for a development dependency. Only workspaces have development dependencies. */
  readonly isDev: boolean;
  readonly isOptional: boolean;
  readonly isPeer?: boolean;
}

/** The ids of the app and its workspaces in a dependency graph. */
export interface Workspaces {
  /** The ids of the workspaces in the image. */
  readonly launched: readonly string[];
  /** The workspaces that are only for the build, unless a workspace in the image needs them. */
  readonly others: readonly string[];
}

/**
 * Determines the scope of each package (`runtime`, `optional` or `development`), by id. Unreachable
 * packages are omitted. The image contains the workspaces and their runtime dependencies, but not
 * their development dependencies.
 */
export function scopesOf(
  { launched, others }: Workspaces,
  edges: (id: string) => readonly Edge[],
): ReadonlyMap<string, Scope> {
  const scopes = new Map<string, Scope>();
  const spread = (from: Iterable<string>, scope: Scope, follows: (edge: Edge) => boolean) => {
    const pending = [...from];
    for (const id of pending) if (!scopes.has(id)) scopes.set(id, scope);
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      const found = edges(id).flatMap(({ to, ...edge }) => (!scopes.has(to) && follows({ to, ...edge }) ? [to] : []));
      for (const to of found) scopes.set(to, scope);
      pending.push(...found);
    }
  };
  spread(launched, "runtime", ({ isDev, isOptional }) => !isDev && !isOptional);
  spread(scopes.keys(), "optional", ({ isDev }) => !isDev);
  spread([...scopes.keys(), ...others], "development", () => true);
  return scopes;
}
