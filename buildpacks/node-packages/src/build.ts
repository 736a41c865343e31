import type { BuildResult } from "libcnb";
import type { Context } from "./config.ts";
import { reusedOrInstalled } from "./keep/kept-result.ts";
import { logPackages, provideLaunchEnv } from "./launch.ts";
import { make } from "./make.ts";
import { packagesSbom } from "./sbom/packages-sbom.ts";
import { readTask } from "./task.ts";

/** Builds an app for the image, or restores its last result. */
export async function build(context: Context): Promise<BuildResult> {
  const task = await readTask(context);
  const made = await reusedOrInstalled(context, task, () => make(context, task));
  await provideLaunchEnv(context, made);
  logPackages(context, made);
  return { slices: made.slices, sbom: context.config.BP_DISABLE_SBOM ? {} : packagesSbom(made.packages) };
}
