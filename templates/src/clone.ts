import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** A clone of libcnb.ts. A project uses the clone's packages, unless an option names a registry or tarballs. */
export interface Clone {
  readonly root: string;
  readonly packages: readonly Package[];
}

interface Package {
  readonly dir: string;
  /** The file that `npm pack` writes. */
  readonly tarball: string;
}

/** The packages that a project needs, dependencies first. */
const packageFolders = [
  "framework",
  "templates",
  "builder-packager/engine/prebuilt/linux-arm64",
  "builder-packager/engine/prebuilt/linux-x64",
  "builder-packager",
];

/** Returns the clone that this code is part of; undefined if the code was installed by npm. */
export function ownClone(): Clone | undefined {
  const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
  if (!existsSync(join(root, "package.json")) || manifest(root).workspaces === undefined) return undefined;
  const dirs = packageFolders.map((name) => join(root, name));
  return { root, packages: dirs.map((dir) => ({ dir, tarball: tarballOf(manifest(dir)) })) };
}

/**
 * True if the directory is one of the workspaces below the root of the clone. In this case, npm
 * installs the directory's packages in the root, and links the packages of the other workspaces.
 */
export function isWorkspaceOf({ root }: Pick<Clone, "root">, dir: string): boolean {
  const path = relative(root, dir);
  if (path.startsWith("..") || isAbsolute(path)) return false;
  const { workspaces = [] } = manifest(root);
  return Array.isArray(workspaces) && workspaces.some((pattern) => matches(path.split("/"), pattern.split("/")));
}

const matches = (path: readonly string[], pattern: readonly string[]): boolean =>
  path.length === pattern.length && pattern.every((part, index) => part === "*" || part === path[index]);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly workspaces?: readonly string[];
}

const manifest = (dir: string): Manifest => JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));

/**
 * Returns the file name of the tarball that `npm pack` creates: `@scope/name` becomes
 * `scope-name-VERSION.tgz` (https://docs.npmjs.com/cli/commands/npm-pack).
 */
export const tarballOf = ({ name, version }: Pick<Manifest, "name" | "version">): string =>
  `${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`;
