import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** A clone of libcnb.ts whose packages a project needs before npm has them. */
export interface Clone {
  readonly root: string;
  readonly packages: readonly Package[];
}

interface Package {
  readonly dir: string;
  /** The file that `npm pack` writes. */
  readonly tarball: string;
}

/** The clone that this code is part of. Undefined if npm installed it. */
export function ownClone(): Clone | undefined {
  const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
  if (!existsSync(join(root, "package.json")) || manifest(root).workspaces === undefined) return undefined;
  const dirs = ["framework", "templates", "builder-packager"].map((name) => join(root, name));
  return { root, packages: dirs.map((dir) => ({ dir, tarball: tarballOf(manifest(dir)) })) };
}

/** Whether npm links the clone's packages into a directory, because the directory is one of its workspaces. */
export function isWorkspaceOf({ root }: Clone, dir: string): boolean {
  const path = relative(root, dir);
  if (path.startsWith("..") || isAbsolute(path)) return false;
  return (manifest(root).workspaces ?? []).some((pattern) => matches(path.split("/"), pattern.split("/")));
}

const matches = (path: readonly string[], pattern: readonly string[]): boolean =>
  path.length === pattern.length && pattern.every((part, index) => part === "*" || part === path[index]);

/** The arguments of the npm commands that install a project's dependencies: `vendor` gets the clone's packages. */
export const installCommands = (clone: Clone | undefined): string[][] =>
  clone
    ? [
        ["pack", "--ignore-scripts", "--pack-destination", "vendor", ...clone.packages.map(({ dir }) => dir)],
        ["install", ...clone.packages.map(({ tarball }) => `./vendor/${tarball}`)],
      ]
    : [["install"]];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly workspaces?: readonly string[];
}

const manifest = (dir: string): Manifest => JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));

/** `@scope/name` becomes `scope-name-VERSION.tgz`: https://docs.npmjs.com/cli/commands/npm-pack */
const tarballOf = ({ name, version }: Manifest): string => `${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`;
