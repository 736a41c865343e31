import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What of a release says where it was made, and with which compiler. */
const descriptions = /^(_sysconfigdata_.*\.py|_sysconfig_vars_.*\.json)$/;

/**
 * Corrects Python's own description: upstream's says that it is in /install, and that packages are
 * compiled with upstream's clang, which the build image does not have. Build tools rely on that.
 *
 * @param library the folder of the standard library
 * @param dir the directory of Python
 */
export async function rewriteSysconfig(library: string, dir: string): Promise<void> {
  const names = (await readdir(library)).filter((name) => descriptions.test(name));
  for (const name of names) {
    const file = join(library, name);
    await writeFile(file, relocated(await readFile(file, "utf8"), dir));
  }
}

/** Rewrites a description: `/install` becomes `dir`, and upstream's clang and LLVM tools become cc, c++, ar and so on. */
export const relocated = (text: string, dir: string): string =>
  text
    .replace(/(?<![\w./-])\/install(?=[/"' :]|$)/gm, () => dir)
    .replace(/(?<=")clang\+\+(?=[ "])/g, "c++")
    .replace(/(?<=")clang(?=[ "])/g, "cc")
    .replace(/(?<=")\/tools\/llvm\/bin\/llvm-(ar|nm|ranlib|readelf|objcopy|strip)(?=[ "])/g, "$1")
    .replace(/ ?-fdebug-default-version=4/g, "");
