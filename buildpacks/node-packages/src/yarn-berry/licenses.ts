import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../package-manager.ts";
import { licenseOf, readLicense } from "../sbom/license.ts";
import type { CacheDirectories } from "./cache.ts";
import { locatorOf, nameOf } from "./graph.ts";
import { readModulesState, type StoredPackage } from "./install-state.ts";
import { fileInZip } from "./zip.ts";

/** A function that finds the license of an installed package. */
export type Licenses = (each: StoredPackage) => Promise<string | undefined>;

/**
 * Creates a function that finds the licenses of installed packages. The location of the packages
 * depends on Yarn's linker.
 */
export function licensesOf({ app, dirs: { root } }: Project, locations: CacheDirectories): Licenses {
  if (locations.linker === "pnp") return inArchives(app.path(locations.archives));
  return locations.linker === "pnpm" ? inStore(app.path(root, "node_modules/.store")) : inModules(app.path(root));
}

function inModules(root: string): Licenses {
  const locations = new Map(readModulesState(root)?.map(({ locator, paths: [path] }) => [locator, path]));
  return async (each) => {
    const path = locations.get(locatorOf(each));
    return path === undefined ? undefined : readLicense(join(root, path));
  };
}

/** Yarn 4 and 3 differ in where the package is in its directory. */
function inStore(store: string): Licenses {
  const folders = byHash(store);
  return async (each) => {
    const folder = folders.get(each.locatorHash.slice(0, 10));
    if (folder === undefined) return undefined;
    return (await readLicense(join(folder, "package"))) ?? readLicense(join(folder, "node_modules", nameOf(each)));
  };
}

/** A virtual package is in the archive of the physical one, whose digest it does not have; its name and version it has. */
function inArchives(archives: string): Licenses {
  const names = existsSync(archives) ? readdirSync(archives).filter((name) => name.endsWith(".zip")) : [];
  return async (each) => {
    const start = `${each.scope === null ? "" : `@${each.scope}-`}${each.name}-`;
    const archive = names.find((name) => name.startsWith(start) && matches(name, each));
    const text = archive && fileInZip(join(archives, archive), `node_modules/${nameOf(each)}/package.json`);
    return text && licenseIn(text);
  };
}

const matches = (archive: string, { locatorHash, version, reference }: StoredPackage): boolean =>
  archive.includes(`-${locatorHash.slice(0, 10)}-`) ||
  (reference.startsWith("virtual:") && archive.includes(`-npm-${version}-`));

function licenseIn(text: string): string | undefined {
  try {
    return licenseOf(JSON.parse(text));
  } catch {
    return undefined; // a broken file of a package does not make the build fail
  }
}

const byHash = (dir: string): ReadonlyMap<string, string> =>
  new Map(
    (existsSync(dir) ? readdirSync(dir) : []).map((name) => [name.slice(name.lastIndexOf("-") + 1), join(dir, name)]),
  );
