import { basename, dirname, relative, sep } from "node:path";
import type { EntryModule } from "./entry-source.ts";
import { type Manifest, type Owner, ownerOf } from "./owner.ts";

/** A file in a script. */
export interface BundledFile {
  /** An absolute path, or for a package a relative one with `/`. */
  readonly path: string;
  /** Its size in the script in bytes. */
  readonly bytes: number;
}

/** A package with files in a script. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string | undefined;
  readonly dir: string;
  readonly manifest: Manifest;
  /** True for the buildpacks' own package, or private ones of their workspace, which need no license. */
  readonly isAuthors: boolean;
  readonly files: readonly BundledFile[];
}

/**
 * The packages of the files, sorted by name and version. Files without code in the script are
 * ignored.
 *
 * @param modules their packages are the author's; without a package.json they have the name of the buildpack
 */
export function bundledPackages(files: readonly BundledFile[], modules: readonly EntryModule[]): BundledPackage[] {
  const homeOf = (file: string): Owner => ownerOf(dirname(file)) ?? namelessHome(file, modules);
  const authored = new Set(modules.map(({ entry }) => homeOf(entry).dir));
  const homes = Map.groupBy(
    files.filter(({ bytes }) => bytes > 0),
    ({ path }) => homeOf(path).dir,
  );
  const packages = [...homes].map(([dir, own]): BundledPackage => {
    const { manifest, isInstalled } = homeOf(own[0]?.path ?? dir);
    const isAuthors = authored.has(dir) || (!isInstalled && manifest.private === true);
    return { name: manifest.name, version: versionOf(manifest), dir, manifest, isAuthors, files: inside(dir, own) };
  });
  return packages.sort((a, b) => inOrder(packageKey(a), packageKey(b)) || inOrder(a.dir, b.dir));
}

/** Sources without a package.json. The folder's name is not said: it differs from machine to machine. */
function namelessHome(file: string, modules: readonly EntryModule[]): Owner {
  const module = modules.find(({ entry }) => file.startsWith(rootOf(entry) + sep));
  const dir = module ? rootOf(module.entry) : dirname(file);
  return { dir, manifest: { name: module?.id ?? "sources", private: true }, isInstalled: false };
}

const rootOf = (entry: string): string =>
  basename(dirname(entry)) === "src" ? dirname(dirname(entry)) : dirname(entry);

/** `name@version`. */
export const packageKey = ({ name, version }: Pick<BundledPackage, "name" | "version">): string =>
  version === undefined ? name : `${name}@${version}`;

const versionOf = ({ version }: Manifest): string | undefined =>
  typeof version === "string" && version !== "" ? version : undefined;

const inside = (dir: string, files: readonly BundledFile[]): readonly BundledFile[] =>
  files
    .map(({ path, bytes }) => ({ path: relative(dir, path).replaceAll(sep, "/"), bytes }))
    .sort((a, b) => b.bytes - a.bytes || inOrder(a.path, b.path));

/** Compares by UTF-16 code units, because the order of a locale differs between machines. */
export const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
