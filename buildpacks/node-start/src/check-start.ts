import { type App, type Logger, UserError } from "libcnb";
import { nothingToStart } from "./find-start.ts";
import type { StartCommand } from "./start-command.ts";

/**
 * Checks, after all other buildpacks did their work, that the command has something to run.
 *
 * A missing BP_LAUNCHPOINT is an error. A start script is the app's own business and only gets a warning: it may start a
 * file that is mounted later.
 */
export async function checkStart(start: StartCommand | undefined, app: App, log: Logger): Promise<StartCommand> {
  if (start === undefined) {
    throw new UserError("NODE_START_MISSING", nothingToStart(true), {
      hint: "Check that the build script writes the file.",
    });
  }
  if (start.file === undefined || (await existsForNode(start.file, app))) return start;
  const message = `${start.source} starts ${start.file}, which does not exist after the build`;
  if (start.source !== "BP_LAUNCHPOINT") {
    log.warn(`${message}. Check the path, and that the build script writes the file.`);
    return start;
  }
  throw new UserError("NODE_LAUNCHPOINT_MISSING", message, {
    hint: "Set BP_LAUNCHPOINT to a path relative to the app, and check that the build script writes the file.",
  });
}

/** Node.js completes a file name without extension, and takes index.js of a folder. */
async function existsForNode(file: string, app: App): Promise<boolean> {
  const found = await Promise.all([file, `${file}.js`, `${file}/index.js`].map((name) => app.exists(name)));
  return found.includes(true);
}
