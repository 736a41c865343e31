import { stat } from "node:fs/promises";
import { CnbError } from "../errors.ts";
import { requireTerminal } from "../sandbox/terminal/user-terminal.ts";
import { type BuildSettings, outputsOf } from "./build-options.ts";
import { refuseSameImage } from "./cache/cache-location.ts";
import { checkCache } from "./cache/layer-cache.ts";
import { checkFile, checkOutput } from "./image-output.ts";
import { checkOutputPaths } from "./output-paths.ts";
import { workspaceOf } from "./workspace.ts";

/** The options of a build that are checked before it starts. */
export type CheckedOptions = Pick<
  BuildSettings,
  | "app"
  | "builder"
  | "output"
  | "tags"
  | "runImage"
  | "workspace"
  | "backend"
  | "cache"
  | "cacheImage"
  | "reportFile"
  | "shellOnFailure"
  | "keepWorkDir"
  | "signal"
>;

/**
 * Checks the options before a build starts, so that an invalid option fails at once instead of
 * after minutes. Throws APP_NOT_FOUND, ARGUMENT_INVALID, OUTPUT_UNWRITABLE.
 */
export async function checkOptions(options: CheckedOptions): Promise<void> {
  options.signal.throwIfAborted();
  await checkApp(options.app);
  workspaceOf(options);
  if (options.shellOnFailure) requireTerminal("--shell-on-failure");
  if (options.keepWorkDir && options.backend === "direct") throw unkept();
  if (options.cache !== undefined) await checkCache(options.cache);
  const outputs = outputsOf(options);
  if (options.cacheImage) refuseSameImage(options.cacheImage, outputs);
  const runImage = options.runImage ? [{ what: "run image", reference: options.runImage }] : [];
  await checkOutputPaths(outputs, [{ what: "builder", reference: options.builder }, ...runImage], options.app);
  for (const reference of outputs) await checkOutput(reference);
  if (options.reportFile !== undefined) await checkFile(options.reportFile);
}

const unkept = (): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    "--keep-workdir cannot be used with --backend direct: the next build empties /workspace and /layers",
    {
      hint: "Remove --keep-workdir. With --shell-on-failure, you can inspect the directories before they are emptied.",
    },
  );

/**
 * Checks that the app's path is a directory.
 *
 * @throws CnbError APP_NOT_FOUND
 */
export async function checkApp(app: string): Promise<void> {
  const stats = await stat(app).catch(() => undefined);
  if (stats?.isDirectory()) return;
  throw new CnbError(
    "APP_NOT_FOUND",
    `the application's directory ${app} ${stats ? "is not a directory" : "does not exist"}`,
    {
      hint: "Pass the application's directory with --path, for example --path ./shop.",
    },
  );
}
