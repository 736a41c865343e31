import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { type BundledPackage, packageKey } from "../bundle/packages.ts";

interface LockedPackage {
  readonly version?: unknown;
  readonly integrity?: unknown;
}

type Lock = Readonly<Record<string, LockedPackage | undefined>>;

/**
 * Reads the SHA-512 digests of installed packages' tarballs, by `name@version`, from npm's lockfile
 * in `node_modules`. Other package managers do not write that file.
 */
export function tarballDigests(packages: readonly BundledPackage[]): ReadonlyMap<string, string> {
  const locks = new Map<string, Lock | undefined>();
  const lockOf = (root: string) => {
    if (!locks.has(root)) locks.set(root, readLock(root));
    return locks.get(root);
  };
  return new Map(
    packages.flatMap((each) => {
      const digest = rootsOf(each.dir)
        .map((root) => digestIn(lockOf(root), root, each))
        .find((found) => found !== undefined);
      return digest === undefined ? [] : [[packageKey(each), digest]];
    }),
  );
}

/** The directories whose `node_modules` contains the package, the outermost first. */
function rootsOf(dir: string): string[] {
  const parts = dir.split(sep);
  return parts.flatMap((part, index) => (part === "node_modules" ? [parts.slice(0, index).join(sep)] : []));
}

function readLock(root: string): Lock | undefined {
  try {
    const { packages } = JSON.parse(readFileSync(join(root, "node_modules", ".package-lock.json"), "utf8"));
    return typeof packages === "object" && packages !== null ? packages : undefined;
  } catch {
    return undefined; // not made by npm
  }
}

function digestIn(lock: Lock | undefined, root: string, { dir, version }: BundledPackage): string | undefined {
  const locked = lock?.[relative(root, dir).replaceAll(sep, "/")];
  if (locked?.version !== version || typeof locked?.integrity !== "string") return undefined;
  const [, base64] = /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)/.exec(locked.integrity) ?? [];
  return base64 && Buffer.from(base64, "base64").toString("hex");
}
