import type { ConfigInputs } from "../config/config.ts";
import type { ConfigFields } from "../config/fields.ts";
import type { PhaseContext } from "../context.ts";
import type { PhaseHost } from "./phase-context.ts";

/** What the configuration of a phase is made of. */
export function configInputs(
  { descriptor: { buildpack, metadata }, descriptorFile: file = "buildpack.toml" }: PhaseHost,
  { env, platform }: Pick<PhaseContext, "env" | "platform">,
  fields: ConfigFields | undefined,
): ConfigInputs {
  // a copy: what the buildpack's own layers set is no configuration of it
  return { file, metadata, fields, env: { ...env }, platformEnv: platform.env, clearEnv: buildpack.clearEnv };
}
