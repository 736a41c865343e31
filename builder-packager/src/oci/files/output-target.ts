import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { kindOf } from "./regular-file.ts";

const maxLinks = limits.links.most;

/**
 * The path to rename a file to, so that `file` names it: symbolic links are followed, as by a
 * shell's `>`, so that a link stays a link. A rename replaces anything at its target, even a
 * device, so only a regular file is accepted there.
 *
 * @throws CnbError OUTPUT_UNWRITABLE when something else is there.
 * @example `outputFile("latest.tar") // "/srv/images/app-3.tar", when latest.tar links to it`
 */
export function outputFile(file: string): string {
  const target = outputTarget(file);
  const stats = existing(target);
  if (stats === undefined || stats.isFile()) return target;
  throw new CnbError("OUTPUT_UNWRITABLE", `cannot write ${file}: it is ${kindOf(stats)}`, {
    hint: stats.isDirectory() ? "Name a file in it." : "Name a regular file, or one that does not exist yet.",
  });
}

/**
 * The absolute path of `path`, with symbolic links at its end followed.
 *
 * @throws CnbError OUTPUT_UNWRITABLE for links in a circle and for names of open files such as /dev/stdout.
 */
export function outputTarget(path: string): string {
  let target = resolve(path);
  for (let links = 0; existing(target, lstatSync)?.isSymbolicLink(); links++) {
    if (links === maxLinks) throw refused(path, "its symbolic links lead nowhere");
    const dir = realpathSync(dirname(target));
    // A link below /proc is an open file, whatever its text: a rename would not reach who has it open.
    if (/^\/proc(\/|$)/.test(dir)) throw refused(path, "it is an open file of a process, not a file on a disk");
    target = resolve(dir, readlinkSync(join(dir, basename(target))));
  }
  return target;
}

const refused = (path: string, why: string): CnbError =>
  new CnbError("OUTPUT_UNWRITABLE", `cannot write ${path}: ${why}`, {
    hint: "Name a regular file, or one that does not exist yet.",
  });

/** What is wrong with a path shows when it is written. */
function existing(path: string, look: (path: string) => Stats = statSync): Stats | undefined {
  try {
    return look(path);
  } catch {
    return undefined;
  }
}
