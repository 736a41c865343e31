import { CnbError } from "../errors.ts";

/**
 * The runtime of a compiled buildpack: `node-sea` is Node.js itself with the script inside,
 * `script` is the script alone, which needs a Node.js in the build image and is the same for every
 * architecture.
 */
export type Runtime = "node-sea" | "script";

/** The oldest Node.js that can run a `script`: that in the framework's `engines`. */
export const minimumNode = "22.15.0";

export const runtimes: readonly Runtime[] = ["node-sea", "script"];

/**
 * Parses `--runtime`; the default is `node-sea`.
 *
 * @throws CnbError ARGUMENT_INVALID
 * @example `parseRuntime("script")`
 */
export function parseRuntime(text: string | undefined): Runtime {
  const found = text === undefined ? "node-sea" : runtimes.find((each) => each === text);
  if (found !== undefined) return found;
  throw new CnbError("ARGUMENT_INVALID", `--runtime ${text} is not known`, {
    hint: "Write node-sea (the buildpack brings its Node.js) or script (the build image has Node.js).",
  });
}
