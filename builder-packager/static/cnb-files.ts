import { needsNode } from "./needs-node.ts";

/** Replaces the function of `src/builder/cnb/cnb-files.ts`: the program has no files of Node.js and of the npm package next to it. */
export function cnbReader(): never {
  throw needsNode("builder create --with-cnb");
}
