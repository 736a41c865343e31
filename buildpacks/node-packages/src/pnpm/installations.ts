import { join } from "node:path";
import { realPath } from "./links.ts";
import { type Importer, lockfileOf } from "./lockfile.ts";
import { readNotes, readRecord } from "./notes.ts";
import type { NotedInstallation } from "./prune.ts";
import { parseYaml } from "./yaml.ts";

/**
 * pnpm's installations of a project, by its own record: one, or with
 * `shared-workspace-lockfile=false` one for each workspace.
 *
 * @param root directory of the project
 * @param dirs of its workspaces, relative to it
 */
export async function readInstallations(root: string, dirs: readonly string[]): Promise<readonly NotedInstallation[]> {
  const found = await Promise.all(
    ["", ...dirs.filter((dir) => dir !== "")].map((dir) => installationIn(join(root, dir))),
  );
  const installations = found.filter((each) => each !== undefined);
  const isInstalled = installations.some((each) => each.root === realPath(root));
  return isInstalled ? installations : [await nothingInstalled(root, dirs), ...installations];
}

async function installationIn(dir: string): Promise<NotedInstallation | undefined> {
  const root = realPath(dir);
  if (root === undefined) return undefined;
  const text = readRecord(join(root, "node_modules"));
  if (text === "") return undefined;
  const lockfile = lockfileOf(await parseYaml(text, "node_modules/.pnpm/lock.yaml"));
  return { root, lockfile, notes: await readNotes(join(root, "node_modules")) };
}

/** An app without dependencies. */
async function nothingInstalled(root: string, dirs: readonly string[]): Promise<NotedInstallation> {
  const importers = new Map(["", ...dirs].map((dir) => [dir, nothing]));
  return {
    root: realPath(root) ?? root,
    lockfile: { version: "", importers, packages: new Map() },
    notes: await readNotes(join(root, "node_modules")),
  };
}

const nothing: Importer = { dependencies: new Map(), optionalDependencies: new Map(), devDependencies: new Map() };
