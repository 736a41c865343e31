import { stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { PackageJson } from "@libcnb/node-app";
import type { Table } from "libcnb";
import type { Tree } from "./tree.ts";

/** The machine that the packages are for: names of Node.js. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
}

/** Requirements of a tree besides its lockfile. */
export interface Demands extends Machine {
  /** Manifests by directory relative to the project. */
  readonly manifests: Readonly<Record<string, PackageJson>>;
  /** True if scripts run, which may need packages for development. */
  readonly isBuilt: boolean;
}

/** The first dependency of a package.json that a tree lacks, in words; `undefined` if it has all. */
export function lacksDeclared(tree: Tree, { manifests, isBuilt }: Demands): string | undefined {
  for (const [dir, { dependencies, devDependencies }] of Object.entries(manifests)) {
    const names = Object.keys({ ...dependencies, ...(isBuilt ? devDependencies : {}) });
    const missing = names.find((name) => !isFound(tree, dir, name));
    if (missing !== undefined) return `it lacks ${missing} of ${dir === "" ? "" : `${dir}/`}package.json`;
  }
  return undefined;
}

/** As Node.js looks for a package: in the folder itself, then in those above it. */
function isFound(tree: Tree, from: string, name: string): boolean {
  for (let dir = from; ; dir = dir.slice(0, Math.max(dir.lastIndexOf("/"), 0))) {
    if (tree.has(`${dir === "" ? "" : `${dir}/`}node_modules/${name}`)) return true;
    if (dir === "") return false;
  }
}

/**
 * A package without its program for this machine, as in a tree installed on another system:
 * `esbuild` without `@esbuild/linux-x64`.
 */
export function lacksPlatform(tree: Tree, machine: Machine): string | undefined {
  for (const [path, { manifest }] of tree) {
    const missing = Object.keys(tableOf(manifest.optionalDependencies)).find(
      (name) => isForMachine(name, machine) && !isFound(tree, path, name),
    );
    if (missing !== undefined) return `it lacks ${missing}, without which ${path} does not work on this system`;
  }
  return undefined;
}

/** By its name, as packages of programs are called: `@img/sharp-linux-x64`, `@swc/core-linux-arm64-gnu`. */
const isForMachine = (name: string, { platform, arch }: Machine): boolean => {
  const parts = name.split(/[^a-z0-9]+/);
  return parts.includes(platform) && parts.includes(arch) && !/musl|android/.test(name);
};

/** True if npm's `os` or `cpu` list admits a value. Entries may also exclude: `!win32`. */
export const suits = (list: unknown, value: string): boolean => {
  const texts = typeof list === "string" ? [list] : textsOf(list);
  const allowed = texts.filter((each) => !each.startsWith("!"));
  return !texts.includes(`!${value}`) && (allowed.length === 0 || allowed.includes(value) || allowed.includes("any"));
};

/** The first package of a lockfile of npm that a tree lacks, or has in another version. */
export function lacksOfNpm(
  tree: Tree,
  entries: Readonly<Record<string, Table>>,
  demands: Machine & Pick<Demands, "isBuilt">,
): string | undefined {
  for (const [path, entry] of Object.entries(entries)) {
    if (!path.includes("node_modules/") || !isWanted(entry, demands)) continue;
    const found = tree.get(path);
    if (found === undefined) {
      if (!isOptional(entry)) return `it lacks ${path}`;
      continue;
    }
    const difference = found.link === undefined ? otherVersion(found.manifest, entry) : undefined;
    if (difference !== undefined) return `${path} is ${difference}`;
  }
  return undefined;
}

const isWanted = (entry: Table, { platform, arch, isBuilt }: Machine & Pick<Demands, "isBuilt">): boolean =>
  (isBuilt || entry.dev !== true) && suits(entry.os, platform) && suits(entry.cpu, arch);

const isOptional = ({ optional, devOptional, peerOptional }: Table): boolean =>
  [optional, devOptional, peerOptional].includes(true);

function otherVersion(manifest: Table, entry: Table): string | undefined {
  const [has, wants] = [stringOf(manifest.version), stringOf(entry.version)];
  return has === undefined || wants === undefined || wants === "" || has === wants
    ? undefined
    : `${has}, not ${wants} as in the lockfile`;
}

/** The first package of a lockfile of Yarn 1, by `name@version`, that a tree lacks. */
export function lacksOfYarn(tree: Tree, locked: readonly string[], optional: ReadonlySet<string>): string | undefined {
  const present = new Set(
    [...tree.values()].map(({ manifest }) => `${stringOf(manifest.name)}@${stringOf(manifest.version)}`),
  );
  const missing = locked.find((each) => !present.has(each) && !optional.has(each.slice(0, each.lastIndexOf("@"))));
  return missing && `it lacks ${missing} of yarn.lock`;
}
