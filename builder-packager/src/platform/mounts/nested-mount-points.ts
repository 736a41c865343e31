import { chownSync, existsSync, lstatSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Mount } from "../../sandbox/spec.ts";
import { isWithin } from "../output-paths.ts";
import type { FileOwner } from "../rootfs/copy-tree.ts";

/**
 * Creates mount points inside other mounts, such as a directory in the home of the build's user.
 * The sandbox only creates mount points in its root.
 */
export function makeNestedMountPoints(
  mounts: readonly Mount[],
  below: readonly Mount[],
  owner: FileOwner | undefined,
): void {
  for (const { source, target } of mounts) {
    const outer = below.findLast((mount) => isWithin(target, mount.target));
    if (outer)
      makeMountPoint(join(outer.source, target.slice(outer.target.length)), statSync(source).isDirectory(), owner);
  }
}

function makeMountPoint(path: string, isDirectory: boolean, owner: FileOwner | undefined): void {
  if (existsSync(path)) return;
  makeFolders(isDirectory ? path : dirname(path), owner);
  if (!isDirectory) writeFileSync(path, "", { flag: "wx" });
}

function makeFolders(dir: string, owner: FileOwner | undefined): void {
  if (lstatSync(dir, { throwIfNoEntry: false })) return;
  makeFolders(dirname(dir), owner);
  mkdirSync(dir);
  if (owner) chownSync(dir, owner.uid, owner.gid);
}
