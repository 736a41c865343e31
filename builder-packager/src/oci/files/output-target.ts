import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { kindOf } from "./regular-file.ts";

const maxLinks = limits.links.most;

/**
 * Returns the path to rename a finished file to, so that it appears at `file`. Symbolic links are
 * followed, as by a shell's `>`, so that a link stays a link. A rename replaces anything at its
 * target, even a device, so only a regular file is accepted there.
 *
 * @throws CnbError OUTPUT_UNWRITABLE if the target is not a regular file.
 * @example `outputFile("latest.tar") // "/srv/images/app-3.tar", when latest.tar links to it`
 */
export function outputFile(file: string): string {
  const target = outputTarget(file);
  const stats = existing(target);
  if (stats === undefined || stats.isFile()) return target;
  throw new CnbError("OUTPUT_UNWRITABLE", `cannot write ${file}: it is ${kindOf(stats)}`, {
    hint: stats.isDirectory()
      ? "Use the path of a file in this directory."
      : "Use the path of a regular file, or one that does not exist yet.",
  });
}

/**
 * Returns the absolute form of `path`. If it is a symbolic link, the link is followed.
 *
 * @throws CnbError OUTPUT_UNWRITABLE for a loop of links, and for names of open files such as
 * /dev/stdout.
 */
export function outputTarget(path: string): string {
  let target = resolve(path);
  for (let links = 0; existing(target, lstatSync)?.isSymbolicLink(); links++) {
    if (links === maxLinks) throw refused(path, "its symbolic links cannot be resolved");
    const dir = realpathSync(dirname(target));
    // A link below /proc is an open file, whatever its text: a rename would not reach who has it open.
    if (/^\/proc(\/|$)/.test(dir)) throw refused(path, "it is an open file of a process, not a file on a disk");
    target = resolve(dir, readlinkSync(join(dir, basename(target))));
  }
  return target;
}

const refused = (path: string, why: string): CnbError =>
  new CnbError("OUTPUT_UNWRITABLE", `cannot write ${path}: ${why}`, {
    hint: "Use the path of a regular file, or one that does not exist yet.",
  });

/**
 * The stats of a path; undefined if it cannot be examined. Writing to it then reports the reason.
 */
function existing(path: string, look: (path: string) => Stats = statSync): Stats | undefined {
  try {
    return look(path);
  } catch {
    return undefined;
  }
}
