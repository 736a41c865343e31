import { join } from "node:path";
import { readPackageToml } from "../buildpackage/package-toml.ts";
import { parseLocation } from "../buildpackage/sources/location.ts";
import { readDescriptor } from "../buildpackage/sources/source.ts";
import { workspaceBuildpacks } from "../buildpackage/sources/workspace.ts";
import { CnbError } from "../errors.ts";
import { exists } from "../files/exists.ts";

/** A buildpack whose version is set together with others: its directory and its current version. */
export interface FamilyMember {
  readonly dir: string;
  readonly from: string;
}

/**
 * Finds the buildpacks in directories, and the buildpacks that their package.toml files name, by a
 * directory or by the ID of another buildpack in the workspace. The keys of the result are ids. The
 * first entry is the buildpack in the first directory.
 *
 * @throws CnbError ARGUMENT_INVALID, BUILDPACK_NOT_FOUND, BUILDPACK_INVALID,
 * BUILDPACK_DEPENDENCY_UNKNOWN
 */
export async function familyOf(dirs: readonly string[]): Promise<ReadonlyMap<string, FamilyMember>> {
  const family = new Map<string, FamilyMember>();
  for (const dir of dirs) await addFamily(dir, family);
  return family;
}

/** Adds a buildpack and the directories in its package.toml, by their ids. */
async function addFamily(dir: string, family: Map<string, FamilyMember>): Promise<void> {
  const { descriptor } = await readDescriptor(dir, "buildpack");
  const { id, version: from } = descriptor.buildpack;
  const known = family.get(id);
  if (known?.dir === dir) return;
  if (known !== undefined)
    throw new CnbError("ARGUMENT_INVALID", `${known.dir} and ${dir} both contain the buildpack ${id}`, {
      hint: "Pass only one of the two directories.",
    });
  family.set(id, { dir, from });
  for (const member of await memberDirs(dir)) await addFamily(member, family);
}

async function memberDirs(dir: string): Promise<readonly string[]> {
  const { dependencies } = await readPackageToml(join(dir, "package.toml"));
  const neighbours = await workspaceBuildpacks(dir);
  const found: string[] = [];
  for (const uri of dependencies) {
    const location = await parseLocation(uri, dir);
    const path = location.kind === "neighbour" ? neighbours.get(location.id) : "path" in location && location.path;
    if (path && (await exists(join(path, "buildpack.toml")))) found.push(path);
  }
  return found;
}
