import type { ConfigInputs } from "../../config/config.ts";
import type { ConfigFields } from "../../config/fields.ts";
import type { PhaseContext } from "../../context.ts";
import type { Env } from "../../env/apply.ts";
import type { PhaseHost } from "../phase-host.ts";
import { userSettings } from "./tool-env.ts";

/** Collects the inputs from which the configuration of a phase is created. */
export async function configInputs(
  { descriptor: { buildpack, metadata }, descriptorFile: file = "buildpack.toml", operatorEnvDir }: PhaseHost,
  { env, platform }: Pick<PhaseContext, "env" | "platform">,
  fields: ConfigFields | undefined,
): Promise<ConfigInputs & { readonly platformEnv: Env }> {
  const { clearEnv } = buildpack;
  // a copy: values from the buildpack's own layers are not its configuration
  const own = { ...env };
  const platformEnv = await userSettings(platform.env, clearEnv, operatorEnvDir);
  return { file, metadata, fields, env: own, platformEnv, clearEnv };
}
