import { lstatSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Removes a package. If the directory of its scope or its node_modules directory is empty
 * afterwards, that directory is removed as well.
 */
export function removeWithEmptyParents(path: string): void {
  rmSync(path, { recursive: true, force: true });
  for (let dir = dirname(path); /^(@.*|node_modules|\.bin)$/.test(basename(dir)); dir = dirname(dir)) {
    if (!isEmpty(dir)) return;
    rmdirSync(dir);
  }
}

/**
 * Removes dangling links from a node_modules directory, its scopes, and the `.bin` directories at
 * any depth.
 */
export function removeDeadLinks(modules: string): void {
  for (const entry of entriesOf(modules)) {
    const path = join(modules, entry.name);
    if (entry.isSymbolicLink()) removeIfDead(path);
    else if (entry.name === ".bin") removeDeadLinks(path);
    else if (entry.name.startsWith("@")) removeDeadLinks(path);
    else if (entry.isDirectory()) removeDeadLinks(join(path, "node_modules"));
  }
  if (isEmpty(modules)) rmdirSync(modules);
}

function removeIfDead(link: string): void {
  if (statSync(link, { throwIfNoEntry: false }) === undefined && lstatSync(link).isSymbolicLink()) rmSync(link);
}

const entriesOf = (dir: string) =>
  statSync(dir, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(dir, { withFileTypes: true }) : [];

const isEmpty = (dir: string): boolean =>
  statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true && readdirSync(dir).length === 0;
