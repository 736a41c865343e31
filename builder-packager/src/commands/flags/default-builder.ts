import type { CommandContext } from "../../cli-context.ts";
import type { ImageReference } from "../../oci/model/reference.ts";
import { imageName } from "./image-name.ts";

/**
 * Returns the default builder, which is used if a build does not name one: `LIBCNB_BUILDER`, or
 * else `default-builder` in cnb's configuration file.
 */
export async function defaultBuilder({
  env,
}: Pick<CommandContext, "env">): Promise<{ readonly defaultBuilder?: ImageReference }> {
  const { readUserConfig } = await import("../../config/user-config.ts");
  const name = env["LIBCNB_BUILDER"] || (await readUserConfig(env, () => {})).defaultBuilder;
  return name ? { defaultBuilder: await imageName(name) } : {};
}
