import { decodeToml } from "./descriptor.ts";
import { list, optional, string, table } from "./schemas/schema.ts";
import { formatToml } from "./schemas/toml.ts";

/** Arguments by name, for the `ARG` instructions of one Dockerfile. */
export type DockerfileArguments = Readonly<Record<string, string>>;

/**
 * The content of extend-config.toml: the arguments that the lifecycle passes to each Dockerfile, in
 * addition to its own arguments.
 */
export interface ExtendConfigToml {
  readonly build: DockerfileArguments;
  readonly run: DockerfileArguments;
}

/**
 * The names of arguments that the lifecycle sets itself. The lifecycle refuses an
 * extend-config.toml that sets `build_id`, `user_id` or `group_id`, and overwrites a value for
 * `base_image`.
 */
export const lifecycleArguments: readonly string[] = ["build_id", "user_id", "group_id", "base_image"];

const target = optional(table({ args: optional(list(table({ name: string, value: string }))) }));
const schema = table({ build: target, run: target });

/**
 * Reads extend-config.toml.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `parseExtendConfigToml(text, "extend-config.toml").build`
 */
export function parseExtendConfigToml(source: string, file: string): ExtendConfigToml {
  const { build, run } = decodeToml(schema, source, file);
  const byName = (args: readonly { readonly name: string; readonly value: string }[] = []) =>
    Object.fromEntries(args.map(({ name, value }) => [name, value]));
  return { build: byName(build?.args), run: byName(run?.args) };
}

/**
 * Formats extend-config.toml; empty if there are no arguments.
 *
 * @example `formatExtendConfigToml({ build: { tools: "curl" }, run: {} })`
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/image_extension.md#extend-configtoml-toml
 */
export function formatExtendConfigToml({ build, run }: ExtendConfigToml): string {
  return formatToml({ ...section("build", build), ...section("run", run) });
}

function section(kind: "build" | "run", given: DockerfileArguments): Readonly<Record<string, unknown>> {
  const args = Object.entries(given).map(([name, value]) => ({ name, value }));
  return args.length > 0 ? { [kind]: { args } } : {};
}
