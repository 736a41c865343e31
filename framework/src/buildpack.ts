import type { BuildContext, BuildResult } from "./build.ts";
import type { Config, ConfigFields, TextFields } from "./config/fields.ts";
import type { DetectContext, DetectResult } from "./detect.ts";
import type { OnError } from "./on-error.ts";

/** A buildpack: two functions over a context, the specification's own shape. `Fields`: the variables that it names. */
export interface Buildpack<Fields extends ConfigFields = ConfigFields> {
  /** The variables that the buildpack reads, each with the form of its value. Each is declared in buildpack.toml, `[[metadata.configurations]]`. */
  readonly config?: Fields;
  detect(context: DetectContext<Config<Fields>>): DetectResult | Promise<DetectResult>;
  // biome-ignore lint/suspicious/noConfusingVoidType: a build that says nothing more need not return anything
  build(context: BuildContext<Config<Fields>>): BuildResult | void | Promise<BuildResult | void>;
  /** Gets what went wrong in detect or build before it is shown; may give another error that is shown instead. */
  readonly onError?: OnError;
}

/**
 * Defines a buildpack. It is the identity: importing the module of a buildpack runs nothing.
 *
 * @example `const buildpack = defineBuildpack({ detect: () => pass(), build: () => ({ processes: { web: { command: ["./server"] } } }) })`
 */
export function defineBuildpack<const Fields extends ConfigFields = TextFields>(
  buildpack: Buildpack<Fields>,
): Buildpack<Fields> {
  return buildpack;
}
