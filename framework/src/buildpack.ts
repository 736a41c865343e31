import type { BuildContext, BuildResult } from "./build.ts";
import type { DetectContext, DetectResult } from "./detect.ts";

/** A buildpack: two functions over a context, the specification's own shape. */
export interface Buildpack {
  detect(context: DetectContext): DetectResult | Promise<DetectResult>;
  // biome-ignore lint/suspicious/noConfusingVoidType: a build that says nothing more need not return anything
  build(context: BuildContext): BuildResult | void | Promise<BuildResult | void>;
}

/**
 * Defines a buildpack. It is the identity: importing the module of a buildpack runs nothing.
 *
 * @example `export default defineBuildpack({ detect: () => pass(), build: () => ({ processes: { web: { command: ["./server"] } } }) })`
 */
export function defineBuildpack(buildpack: Buildpack): Buildpack {
  return buildpack;
}
