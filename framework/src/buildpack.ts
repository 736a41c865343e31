import type { BuildContext, BuildResult } from "./build.ts";
import type { Config, ConfigFields, TextFields } from "./config/fields.ts";
import type { DetectContext, DetectResult } from "./detect.ts";
import type { OnError } from "./on-error.ts";

/**
 * A buildpack: its detect and its build as functions of a context, as the specification defines
 * these phases. `Fields` is the type of its configuration.
 */
export interface Buildpack<Fields extends ConfigFields = ConfigFields> {
  /**
   * The buildpack's environment variables with their schemas. Each must be declared in
   * `[[metadata.configurations]]` of buildpack.toml.
   */
  readonly config?: Fields;
  detect(context: DetectContext<Config<Fields>>): DetectResult | Promise<DetectResult>;
  // biome-ignore lint/suspicious/noConfusingVoidType: a build that says nothing more need not return anything
  build(context: BuildContext<Config<Fields>>): BuildResult | void | Promise<BuildResult | void>;
  /**
   * Receives an error of detect or build before it is shown, and may return another error to show
   * instead.
   */
  readonly onError?: OnError;
}

/**
 * Defines a buildpack. The function returns its argument, so importing a buildpack's module runs
 * nothing.
 *
 * @example `const buildpack = defineBuildpack({ detect: () => pass(), build: () => ({ processes: { web: { command: ["./server"] } } }) })`
 */
export function defineBuildpack<const Fields extends ConfigFields = TextFields>(
  buildpack: Buildpack<Fields>,
): Buildpack<Fields> {
  return buildpack;
}
