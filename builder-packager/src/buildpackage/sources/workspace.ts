import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseToml } from "libcnb/spec";
import { exists } from "../../files/exists.ts";
import { checkConfinedModule } from "../../platform/confined.ts";
import { isWithin, realOutputPath } from "../../platform/output-paths.ts";

/**
 * Finds the directories of the buildpacks in the npm workspace that contains `dir`, by id. Without
 * a workspace, finds the buildpacks next to `dir`. Nothing outside of `confinedTo` is searched.
 *
 * @example `(await workspaceBuildpacks("buildpacks/nodejs")).get("libcnb/node-engine")`
 */
export async function workspaceBuildpacks(dir: string, confinedTo?: string): Promise<ReadonlyMap<string, string>> {
  const isAllowed = async (path: string): Promise<boolean> =>
    confinedTo === undefined || isWithin(await realOutputPath(path), confinedTo);
  const folders = (await workspaceFolders(dir, isAllowed)) ?? (await expand(dirname(dir), ["*"], isAllowed));
  const found = new Map<string, string>();
  for (const folder of folders) {
    await checkConfinedModule(folder, confinedTo);
    const id = await buildpackId(folder);
    if (id !== undefined && !found.has(id)) found.set(id, folder);
  }
  return found;
}

/** Directories of the nearest parent package.json with `workspaces`. */
async function workspaceFolders(dir: string, isAllowed: PathFilter): Promise<string[] | undefined> {
  if (!(await isAllowed(dir))) return undefined;
  const patterns = await workspacePatterns(dir);
  if (patterns) {
    const folders = await Promise.all(patterns.map((pattern) => expand(dir, pattern.split("/"), isAllowed)));
    return folders.flat();
  }
  return dirname(dir) === dir ? undefined : workspaceFolders(dirname(dir), isAllowed);
}

async function workspacePatterns(dir: string): Promise<readonly string[] | undefined> {
  try {
    const { workspaces } = JSON.parse(await readFile(join(dir, "package.json"), "utf8")) as { workspaces?: unknown };
    const patterns = Array.isArray(workspaces)
      ? workspaces
      : (workspaces as { packages?: unknown } | undefined)?.packages;
    return Array.isArray(patterns) ? patterns.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The directories that match a pattern such as `buildpacks/*`. npm supports `**` as well, which is
 * not useful for workspaces.
 */
async function expand(dir: string, [part, ...rest]: readonly string[], isAllowed: PathFilter): Promise<string[]> {
  if (!(await isAllowed(dir))) return [];
  if (part === undefined) return [dir];
  if (!part.includes("*")) return expand(join(dir, part), rest, isAllowed);
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name);
  const matching = names.filter((name) => matches(part, name)).sort();
  return (await Promise.all(matching.map((name) => expand(join(dir, name), rest, isAllowed)))).flat();
}

type PathFilter = (path: string) => Promise<boolean>;

/** Matches in linear time for any pattern: each part between stars is matched at its first occurrence. */
function matches(pattern: string, name: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop() ?? "";
  let at = first.length;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

/** Reads only the id: errors elsewhere in a neighbor matter only to its users. */
async function buildpackId(dir: string): Promise<string | undefined> {
  const file = join(dir, "buildpack.toml");
  if (!(await exists(file))) return undefined;
  try {
    const { buildpack } = parseToml(await readFile(file), file) as { buildpack?: { id?: unknown } };
    return typeof buildpack?.id === "string" ? buildpack.id : undefined;
  } catch {
    return undefined;
  }
}
