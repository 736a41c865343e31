import { CnbError } from "../errors.ts";

/**
 * The runtime of a compiled program. `node` is Node.js itself with the script inside. `script` is
 * the script alone, which needs a Node.js in the build image and is the same for every
 * architecture. `small` is an engine of 2.7 MB, based on quickjs-ng. The small engine has the
 * modules and functions of Node.js that docs/guide/engine.md lists, and starts in a few
 * milliseconds.
 */
export type Runtime = "node" | "script" | "small";

/**
 * The requested runtime of a package. With `auto`, a buildpack runs on the small engine. If the
 * buildpack imports something that the small engine does not have, its detect runs on the small
 * engine and its build on Node.js.
 */
export type RuntimeChoice = Runtime | "auto";

/**
 * The oldest version of Node.js that can run a compiled `script`, as in `engines` of the
 * framework's package.json.
 */
export const minimumNode = "22.15.0";

export const runtimes: readonly RuntimeChoice[] = ["auto", "small", "node", "script"];

/**
 * Parses `--runtime`; the default is `auto`.
 *
 * @throws CnbError ARGUMENT_INVALID
 * @example `parseRuntime("script")`
 */
export function parseRuntime(text: string | undefined): RuntimeChoice {
  const found = text === undefined ? "auto" : runtimes.find((each) => each === text);
  if (found !== undefined) return found;
  throw new CnbError("ARGUMENT_INVALID", `--runtime ${text} is unknown`, {
    hint: 'Use "auto", "small" (the package includes cnb\'s small JavaScript engine), "node" (the package includes Node.js) or "script" (the build image has Node.js).',
  });
}
