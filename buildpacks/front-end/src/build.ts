import { provideForBuild } from "@libcnb/buildpack-node-engine/for-build";
import { buildAssets, providePackageManager } from "@libcnb/buildpack-node-packages/build";
import { type BuildResult, UserError } from "libcnb";
import type { Context } from "./config.ts";
import { purposeOf } from "./detect.ts";

/**
 * Builds the front end of an app in another language, or installs Node.js and npm for a build tool
 * that builds the front end itself.
 */
export async function build(context: Context): Promise<BuildResult> {
  const { app, config, env, log, platform } = context;
  const purpose = await purposeOf(app, config, { ...env, ...platform.env });
  if (purpose.kind === "none") return {};
  if (purpose.kind === "tools") {
    log.step(`Installing Node.js for the build only (${purpose.source})`);
    await provideForBuild(context, purpose.dir ?? "");
    if (purpose.dir !== undefined) await providePackageManager(context, purpose.dir);
    return {};
  }
  log.step(
    `Building the front end in ${locationOf(purpose.dir)}: Node.js is not in the image (BP_FRONT_END=false turns this off)`,
  );
  for (const other of purpose.others)
    log.warn(
      `The front end in ${locationOf(other)} is not built. To build it instead, set BP_NODE_PROJECT_PATH=${other}.`,
    );
  await provideForBuild(context, purpose.dir);
  return buildAssets(context, purpose.dir).catch(withOff);
}

const locationOf = (dir: string): string => (dir === "" ? "package.json" : `${dir}/package.json`);

/** Adds to a failure how the app is built without its front end. */
function withOff(error: unknown): never {
  if (!(error instanceof UserError)) throw error;
  const { code, message, cause, hint = "" } = error;
  throw new UserError(code, message, {
    cause,
    hint: `${hint} BP_FRONT_END=false builds the app without its front end.`.trim(),
  });
}
