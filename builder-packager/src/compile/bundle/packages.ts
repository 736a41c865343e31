import { dirname, relative, resolve, sep } from "node:path";
import type { Metafile } from "esbuild";
import { type EntryModule, notAFile, rootOf } from "./entry-source.ts";
import { type Manifest, type Owner, ownerOf } from "./owner.ts";

/** A source file whose code is in a script. */
export interface BundledFile {
  /** The absolute path, or in a package report the path relative to the package, with `/`. */
  readonly path: string;
  /** The number of bytes that the file contributes to the script. */
  readonly bytes: number;
}

/** A package that contributes files to a script. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string | undefined;
  readonly dir: string;
  readonly manifest: Manifest;
  /**
   * True for the buildpacks' own package, and private packages of its workspace, which need no
   * license.
   */
  readonly isAuthors: boolean;
  readonly files: readonly BundledFile[];
}

/**
 * Groups files by their packages, sorted by name and version. Files without code in the script are
 * ignored.
 *
 * @param modules the buildpacks. The packages that contain them are the author's own. Without a
 * package.json, such a package is named after its buildpack
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

/**
 * The owner of sources without a package.json. Its name does not contain the directory's, which
 * differs between machines.
 */
function namelessHome(file: string, modules: readonly EntryModule[]): Owner {
  const module = modules.find(({ entry }) => file.startsWith(rootOf(entry) + sep));
  const dir = module ? rootOf(module.entry) : dirname(file);
  return { dir, manifest: { name: module?.id ?? "sources", private: true }, isInstalled: false };
}

/** Returns the key of a package: `name@version`, or `name` if the package has no version. */
export const packageKey = ({ name, version }: Pick<BundledPackage, "name" | "version">): string =>
  version === undefined ? name : `${name}@${version}`;

const versionOf = ({ version }: Manifest): string | undefined =>
  typeof version === "string" && version !== "" ? version : undefined;

const inside = (dir: string, files: readonly BundledFile[]): readonly BundledFile[] =>
  files
    .map(({ path, bytes }) => ({ path: relative(dir, path).replaceAll(sep, "/"), bytes }))
    .sort((a, b) => b.bytes - a.bytes || inOrder(a.path, b.path));

/** Compares strings by UTF-16 code units, because a locale's order differs between machines. */
export function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Returns the source files of a bundle, without the generated entry and modules of plugins. */
export function filesOf({ inputs, outputs }: Metafile, dir: string): readonly BundledFile[] {
  const taken = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const bytes = new Map<string, number>();
  for (const file of Object.keys(inputs)) {
    if (notAFile.test(file)) continue;
    // One file is another for each way it is imported: `x.json with { type: 'json' }`.
    const path = resolve(dir, file.replace(/ with \{.*\}$/, ""));
    const own = taken.filter(([name]) => name === file).map(([, { bytesInOutput }]) => bytesInOutput);
    bytes.set(
      path,
      own.reduce((sum, each) => sum + each, bytes.get(path) ?? 0),
    );
  }
  return [...bytes].map(([path, size]) => ({ path, bytes: size }));
}
