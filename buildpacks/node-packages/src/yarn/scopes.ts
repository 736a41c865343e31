import type { Package } from "../package-manager.ts";

export type Scope = Package["scope"];

/** What a package, or a workspace, gets for one of its dependencies. */
export interface Edge {
  /** Id of the package. */
  readonly to: string;
  /** Only of workspaces. */
  readonly isDev: boolean;
  readonly isOptional: boolean;
  readonly isPeer?: boolean;
}

/** Ids of the app and its workspaces. */
export interface Workspaces {
  /** Those that the image is for. */
  readonly launched: readonly string[];
  /** Those that are only there for the build, unless one of the others needs them. */
  readonly others: readonly string[];
}

/**
 * What each package is needed for, by id; packages that nothing leads to are left out. Workspaces go into the image as they are,
 * so that what they need to run stays, but not what they are developed with.
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
