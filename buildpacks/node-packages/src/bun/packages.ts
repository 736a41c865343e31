import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import type { Package, Project } from "../package-manager.ts";
import { licenseOf } from "../sbom/license.ts";
import { type Integrities, parseLockfile } from "./lockfile.ts";
import { type InstalledPackage, launched, reachable } from "./tree.ts";

type Tree = ReadonlyMap<string, InstalledPackage>;

/**
 * Returns the installed packages. Their dependencies and licenses come from the files on disk, and
 * their digests from the lockfile.
 */
export async function packagesOf(project: Project, tree: Tree): Promise<readonly Package[]> {
  const integrities = await integritiesOf(project);
  const start = launched(project);
  const runtime = reachable(start, tree, ["runtime"]);
  const all = reachable(start, tree, ["runtime", "optional"]);
  const scopeOf = (dir: string) => {
    if (runtime.has(dir)) return "runtime";
    return all.has(dir) ? "optional" : "development";
  };
  const own = new Map(
    Object.keys(project.manifests).map((dir) => [realpathSync(project.app.path(inDir(project.dirs.root, dir))), dir]),
  );
  const found = [...tree.values()].map((each) => packageOf(each, { tree, integrities, scope: scopeOf(each.dir), own }));
  return merged(found);
}

interface Facts {
  readonly tree: Tree;
  readonly integrities: Integrities;
  readonly scope: Package["scope"];
  /** Directories of the app and its workspaces, relative to the root. */
  readonly own: ReadonlyMap<string, string>;
}

function packageOf(
  { dir, name, manifest, needs }: InstalledPackage,
  { tree, integrities, scope, own }: Facts,
): Package {
  const version = versionOf(manifest);
  const license = licenseOf(manifest);
  const integrity = integrities.get(`${name}@${version}`);
  const dependencies = Object.values(needs)
    .flat()
    .flatMap((to) => tree.get(to) ?? [])
    .map((each) => `${each.name}@${versionOf(each.manifest)}`);
  return {
    name,
    version,
    scope,
    dependencies: [...new Set(dependencies)].sort(),
    ...defined({ license, integrity }),
    ...ownRole(own.get(dir)),
  };
}

const ownRole = (dir: string | undefined): Pick<Package, "role"> =>
  dir === undefined ? {} : { role: dir === "" ? "app" : "workspace" };

const versionOf = ({ version }: InstalledPackage["manifest"]): string => (typeof version === "string" ? version : "");

/** A package may lie in several places; the strongest need counts. */
function merged(packages: readonly Package[]): readonly Package[] {
  const rank = ["runtime", "optional", "development"];
  const byId = Map.groupBy(packages, ({ name, version }) => `${name}@${version}`);
  return [...byId.values()]
    .map((group) => group.toSorted((a, b) => rank.indexOf(a.scope) - rank.indexOf(b.scope))[0] as Package)
    .toSorted((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

async function integritiesOf({ app, dirs, lockfile }: Project): Promise<Integrities> {
  if (lockfile !== "bun.lock") return new Map();
  return parseLockfile(await readFile(app.path(inDir(dirs.root, lockfile)), "utf8"), lockfile);
}
