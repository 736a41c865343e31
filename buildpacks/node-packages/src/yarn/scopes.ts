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

/**
 * What each package is needed for, by id; packages that nothing leads to are left out. Workspaces go into the image as they are,
 * so that what they need to run stays, but not what they are developed with.
 */
export function scopesOf(
  workspaces: readonly string[],
  edges: (id: string) => readonly Edge[],
): ReadonlyMap<string, Scope> {
  const scopes = new Map<string, Scope>();
  const kinds: readonly (readonly [Scope, (edge: Edge) => boolean])[] = [
    ["runtime", ({ isDev, isOptional }) => !isDev && !isOptional],
    ["optional", ({ isDev }) => !isDev],
    ["development", () => true],
  ];
  for (const [scope, follows] of kinds) {
    const pending = [...workspaces, ...scopes.keys()];
    for (const id of workspaces) if (!scopes.has(id)) scopes.set(id, "runtime");
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      for (const { to } of edges(id).filter(follows)) {
        if (scopes.has(to)) continue;
        scopes.set(to, scope);
        pending.push(to);
      }
    }
  }
  return scopes;
}
