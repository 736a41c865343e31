import type { Package } from "../package-manager.ts";

export type Scope = Package["scope"];

/** A resolved dependency of a package or workspace. */
export interface Edge {
  /** Id of the package. */
  readonly to: string;
  /** True for development dependencies, only of workspaces. */
  readonly isDev: boolean;
  readonly isOptional: boolean;
  readonly isPeer?: boolean;
}

/** Ids of the app and its workspaces. */
export interface Workspaces {
  /** The workspaces for the image. */
  readonly launched: readonly string[];
  /** The workspaces for the build only, unless one of the others needs them. */
  readonly others: readonly string[];
}

/**
 * The scope of each package, by id; unreachable packages are omitted. Workspaces are in the image
 * unchanged, so that their runtime dependencies stay, but not their development ones.
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
