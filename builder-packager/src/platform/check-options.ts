import { stat } from "node:fs/promises";
import { CnbError } from "../errors.ts";
import { type BuildSettings, outputsOf } from "./build-options.ts";
import { refuseSameImage } from "./cache/cache-location.ts";
import { checkCache } from "./cache/layer-cache.ts";
import { checkFile, checkOutput } from "./image-output.ts";
import { checkOutputPaths } from "./output-paths.ts";
import { workspaceOf } from "./workspace.ts";

/**
 * Reports invalid options before a build, which takes minutes. Throws APP_NOT_FOUND,
 * ARGUMENT_INVALID, OUTPUT_UNWRITABLE.
 */
export async function checkOptions(options: BuildSettings): Promise<void> {
  options.signal.throwIfAborted();
  await checkApp(options.app);
  workspaceOf(options);
  if (options.cache !== undefined) await checkCache(options.cache);
  const outputs = outputsOf(options);
  if (options.cacheImage) refuseSameImage(options.cacheImage, outputs);
  const runImage = options.runImage ? [{ what: "run image", reference: options.runImage }] : [];
  await checkOutputPaths(outputs, [{ what: "builder", reference: options.builder }, ...runImage], options.app);
  for (const reference of outputs) await checkOutput(reference);
  if (options.reportFile !== undefined) await checkFile(options.reportFile);
}

/** Throws APP_NOT_FOUND if the path is not a directory. */
export async function checkApp(app: string): Promise<void> {
  const stats = await stat(app).catch(() => undefined);
  if (stats?.isDirectory()) return;
  throw new CnbError("APP_NOT_FOUND", `${app} ${stats ? "is not a folder" : "does not exist"}`, {
    hint: "Give the application's folder with --path.",
  });
}
