import { decodeToml } from "./descriptor.ts";
import { list, optional, string, table } from "./schemas/schema.ts";
import { stringifyToml } from "./schemas/toml.ts";

/** Arguments by name, for the instructions `ARG` of one Dockerfile. */
export type DockerfileArguments = Readonly<Record<string, string>>;

/** extend-config.toml: the arguments that the lifecycle passes to each Dockerfile in addition to its own. */
export interface ExtendConfigToml {
  readonly build: DockerfileArguments;
  readonly run: DockerfileArguments;
}

/**
 * Arguments that the lifecycle sets itself. It refuses a file that sets one of the first three, and
 * overwrites the last.
 */
export const lifecycleArguments: readonly string[] = ["build_id", "user_id", "group_id", "base_image"];

const target = optional(table({ args: optional(list(table({ name: string, value: string }))) }));
const schema = table({ build: target, run: target });

/**
 * Reads extend-config.toml.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `decodeExtendConfigToml(text, "extend-config.toml").build`
 */
export function decodeExtendConfigToml(source: string, file: string): ExtendConfigToml {
  const { build, run } = decodeToml(schema, source, file);
  const byName = (args: readonly { readonly name: string; readonly value: string }[] = []) =>
    Object.fromEntries(args.map(({ name, value }) => [name, value]));
  return { build: byName(build?.args), run: byName(run?.args) };
}

/**
 * Formats extend-config.toml; empty if there are no arguments.
 *
 * @example `extendConfigToml({ build: { tools: "curl" }, run: {} })`
 * @see https://github.com/buildpacks/spec/blob/main/image_extension.md#extend-configtoml-toml
 */
export function extendConfigToml({ build, run }: ExtendConfigToml): string {
  return stringifyToml({ ...section("build", build), ...section("run", run) });
}

function section(kind: "build" | "run", given: DockerfileArguments): Readonly<Record<string, unknown>> {
  const args = Object.entries(given).map(([name, value]) => ({ name, value }));
  return args.length > 0 ? { [kind]: { args } } : {};
}
