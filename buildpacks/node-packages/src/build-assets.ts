import type { BuildResult } from "libcnb";
import { make } from "./build.ts";
import type { Context } from "./config.ts";
import { reusedOrInstalled } from "./keep/kept-result.ts";
import { packagesSbom } from "./sbom/packages-sbom.ts";
import { type AssetsRequest, readTask } from "./task.ts";

/**
 * Installs the dependencies of a directory and runs its build scripts, for an app in another
 * language. The output of the scripts is kept, but the dependencies are not.
 */
export async function buildAssets(context: Context, request: AssetsRequest): Promise<BuildResult> {
  const task = await readTask(context, request);
  const { packages } = await reusedOrInstalled(context, task, () => make(context, task));
  return { sbom: context.config.BP_DISABLE_SBOM ? {} : packagesSbom(packages) };
}
