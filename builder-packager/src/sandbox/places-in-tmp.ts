import { dirname } from "node:path";
import { quoteAll } from "./shell.ts";
import type { Mount } from "./spec.ts";

/** Whether a mount has its place in what each sandbox has of its own, and so lacks one there. */
export const isInTmp = ({ target }: Pick<Mount, "target">): boolean => target.startsWith("/tmp/");

/** Lines of a script that makes the places below `root` of such mounts, in their order: one may lie in another. */
export function makePlaces(mounts: readonly Mount[], root: string, mkdir: string): readonly string[] {
  return mounts.map(({ source, target }) => {
    const place = `${root}${target}`;
    const [aFolder, parents] = [place, dirname(place)].map((dir) => quoteAll([mkdir, "-p", dir]));
    const [there, folder] = [quoteAll(["[", "-e", place, "]"]), quoteAll(["[", "-d", source, "]"])];
    return `${there} || if ${folder}; then ${aFolder}; else ${parents}; : >${quoteAll([place])}; fi`;
  });
}
