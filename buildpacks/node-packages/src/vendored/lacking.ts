import { stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { PackageJson } from "@libcnb/node-app";
import type { s } from "libcnb";
import type { Tree } from "./tree.ts";

/** The operating system and processor that packages must support, in Node.js's terms. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
}

/**
 * The manifests and the machine that the app's own `node_modules` must match, in addition to the
 * lockfile.
 */
export interface Demands extends Machine {
  /** The manifests by directory, relative to the project. */
  readonly manifests: Readonly<Record<string, PackageJson>>;
  /** True if scripts run, because they may need development packages. */
  readonly isBuilt: boolean;
}

/**
 * Describes the first dependency of a package.json that is missing in a tree; `undefined` if there
 * is none.
 */
export function lacksDeclared(tree: Tree, { manifests, isBuilt }: Demands): string | undefined {
  for (const [dir, { dependencies, devDependencies }] of Object.entries(manifests)) {
    const ofBuild = isBuilt ? devDependencies : {};
    const names = Object.keys({ ...dependencies, ...ofBuild });
    const missing = names.find((name) => !isFound(tree, dir, name));
    if (missing !== undefined) return `${missing} from ${dir === "" ? "" : `${dir}/`}package.json is missing`;
  }
  return undefined;
}

/**
 * True if Node.js finds the package: in the `node_modules` of the directory or of a parent
 * directory.
 */
function isFound(tree: Tree, from: string, name: string): boolean {
  for (let dir = from; ; dir = dir.slice(0, Math.max(dir.lastIndexOf("/"), 0))) {
    if (tree.has(`${dir === "" ? "" : `${dir}/`}node_modules/${name}`)) return true;
    if (dir === "") return false;
  }
}

/**
 * Describes the first optional dependency for this machine that is missing although its package
 * needs it, as in a tree that was installed on another system (`esbuild` without
 * `@esbuild/linux-x64`). Returns `undefined` if there is none.
 */
export function lacksPlatform(tree: Tree, machine: Machine): string | undefined {
  for (const [path, { manifest }] of tree) {
    const missing = Object.keys(tableOf(manifest.optionalDependencies)).find(
      (name) => isForMachine(name, machine) && !isFound(tree, path, name),
    );
    if (missing !== undefined) return `${missing}, which ${path} needs on this system, is missing`;
  }
  return undefined;
}

/**
 * True if the name of the package contains the platform and the architecture, as in
 * `@img/sharp-linux-x64` and `@swc/core-linux-arm64-gnu`.
 */
const isForMachine = (name: string, { platform, arch }: Machine): boolean => {
  const parts = name.split(/[^a-z0-9]+/);
  return parts.includes(platform) && parts.includes(arch) && !/musl|android/.test(name);
};

/**
 * True if the list in npm's `os` or `cpu` allows a value. Entries may also exclude values:
 * `!win32`.
 */
export const suits = (list: unknown, value: string): boolean => {
  const texts = typeof list === "string" ? [list] : textsOf(list);
  const allowed = texts.filter((each) => !each.startsWith("!"));
  return !texts.includes(`!${value}`) && (allowed.length === 0 || allowed.includes(value) || allowed.includes("any"));
};

/**
 * Describes the first package of an npm lockfile that is missing in a tree, or that has another
 * version in the tree. Returns `undefined` if there is none.
 */
export function lacksOfNpm(
  tree: Tree,
  entries: Readonly<Record<string, s.Table>>,
  demands: Machine & Pick<Demands, "isBuilt">,
): string | undefined {
  for (const [path, entry] of Object.entries(entries)) {
    if (!path.includes("node_modules/") || !isWanted(entry, demands)) continue;
    const found = tree.get(path);
    if (found === undefined) {
      if (!isOptional(entry)) return `${path} is missing`;
      continue;
    }
    const difference = found.link === undefined ? otherVersion(found.manifest, entry) : undefined;
    if (difference !== undefined) return `${path} has version ${difference}`;
  }
  return undefined;
}

const isWanted = (entry: s.Table, { platform, arch, isBuilt }: Machine & Pick<Demands, "isBuilt">): boolean =>
  (isBuilt || entry.dev !== true) && suits(entry.os, platform) && suits(entry.cpu, arch);

const isOptional = ({ optional, devOptional, peerOptional }: s.Table): boolean =>
  [optional, devOptional, peerOptional].includes(true);

function otherVersion(manifest: s.Table, entry: s.Table): string | undefined {
  const [has, wants] = [stringOf(manifest.version), stringOf(entry.version)];
  return has === undefined || wants === undefined || wants === "" || has === wants
    ? undefined
    : `${has}, but the lockfile has ${wants}`;
}

/**
 * Describes the first package of a Yarn 1 lockfile that is missing in a tree, by `name@version`;
 * `undefined` if there is none.
 */
export function lacksOfYarn(tree: Tree, locked: readonly string[], optional: ReadonlySet<string>): string | undefined {
  const present = new Set(
    [...tree.values()].map(({ manifest }) => `${stringOf(manifest.name)}@${stringOf(manifest.version)}`),
  );
  const missing = locked.find((each) => !present.has(each) && !optional.has(each.slice(0, each.lastIndexOf("@"))));
  return missing && `${missing} from yarn.lock is missing`;
}
