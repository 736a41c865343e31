import { dirname, join } from "node:path";
import { hoist } from "./hoist.ts";
import { linksIn, pruneBins, remove, setLink } from "./links.ts";
import { type Notes, removeNotes } from "./notes.ts";
import { type Installation, importersOf, type ReachableTree, walk } from "./walk.ts";

/** An installation, with the state that pnpm recorded about it. */
export interface NotedInstallation extends Installation {
  readonly notes: Notes;
}

/**
 * Removes from the `node_modules` directories everything that `pnpm install --prod` would not have
 * installed. The function uses pnpm's record of the installation, and the links. It therefore needs
 * neither pnpm nor its store nor the network, and the result is reproducible.
 *
 * @param starts real paths of the projects that are needed at run time
 */
export function prune(installations: readonly NotedInstallation[], starts: readonly string[]): void {
  const projects = projectsOf(installations);
  const all = walk(installations, projects, { development: true, optional: true });
  const kept = walk(installations, starts, { development: false, optional: true });
  for (const path of all.locations.keys()) if (!kept.locations.has(path)) remove(packageFolder(path));
  for (const each of installations) pruneInstallation(each, kept);
}

/** Returns the real paths of all projects for which pnpm installed packages. */
export const projectsOf = (installations: readonly Installation[]): readonly string[] =>
  installations.flatMap((each) => importersOf(each).map(([path]) => path));

/**
 * The directory of a package: one of the virtual store, which also links to its dependencies, or
 * the package alone.
 */
const packageFolder = (path: string): string => /^.*\/node_modules\/\.pnpm\/[^/]+(?=\/)/.exec(path)?.[0] ?? path;

function pruneInstallation(installation: NotedInstallation, kept: ReachableTree): void {
  const { root, notes } = installation;
  const modules = join(root, "node_modules");
  removeNotes(modules);
  const own = projectsOf([installation]);
  const chosen = notes.isIsolated ? hoistedIn(installation, kept) : undefined;
  for (const path of own) {
    const needs = new Map([...(path === root ? (chosen?.public ?? []) : []), ...(kept.projects.get(path) ?? [])]);
    if (path !== root && !kept.projects.has(path)) remove(join(path, "node_modules"));
    else pruneModules(join(path, "node_modules"), needs, chosen !== undefined);
  }
  if (chosen !== undefined) relinkHidden(modules, chosen.hidden, new Set(own));
}

function hoistedIn({ root, lockfile, notes }: NotedInstallation, kept: ReachableTree) {
  const own = new Set(projectsOf([{ root, lockfile }]));
  const projects = new Map([...kept.projects].filter(([path]) => own.has(path)));
  const direct = [...(projects.get(root)?.keys() ?? [])];
  // before pnpm 10 the record of the app decides, with what only development needs
  const app = lockfile.importers.get("");
  const recorded = notes.major < 10 ? [...(app?.devDependencies.keys() ?? [])] : [];
  return hoist({ locations: kept.locations, projects }, notes.hoistPatterns, new Set([...direct, ...recorded]));
}

/** Links and commands of a project. Where packages lie flat, only what leads nowhere has to go. */
function pruneModules(modules: string, needs: ReadonlyMap<string, string>, isIsolated: boolean): void {
  for (const { name, target } of linksIn(modules))
    if (target === undefined || (isIsolated && !needs.has(name))) remove(join(modules, name));
  if (isIsolated) for (const [name, path] of needs) setLink(join(modules, name), path);
  pruneBins(join(modules, ".bin"), isIsolated ? needs.values() : undefined);
  remove(join(modules, ".bin"), { onlyEmpty: true });
  remove(modules, { onlyEmpty: true });
}

/**
 * Updates the links through which packages find dependencies that they do not declare. Links to
 * projects do not change.
 */
function relinkHidden(modules: string, hidden: ReadonlyMap<string, string>, projects: ReadonlySet<string>): void {
  const folder = join(modules, ".pnpm/node_modules");
  const links = linksIn(folder);
  for (const { name, target } of links)
    if (target === undefined || (!projects.has(target) && !hidden.has(name))) remove(join(folder, name));
  const toProjects = new Set(links.filter(({ target }) => projects.has(target ?? "")).map(({ name }) => name));
  for (const [name, path] of hidden) if (!toProjects.has(name)) setLink(join(folder, name), path);
  pruneBins(join(folder, ".bin"), [...hidden.values(), ...projects]);
  for (const empty of [join(folder, ".bin"), folder, dirname(folder), modules]) remove(empty, { onlyEmpty: true });
}
