import type { App } from "libcnb";
import type { Settings } from "../config.ts";
import { decisiveFile } from "./files.ts";
import { namedFile } from "./tool-request.ts";

/**
 * True if a directory of the app has a build file, or a variable names one. If the named file is
 * missing, the build reports that.
 */
export async function buildsJava(app: App, dir: string, settings: Settings): Promise<boolean> {
  if (namedFile(settings) !== undefined) return true;
  const files = await app.list(dir || ".");
  return decisiveFile(files, "maven") !== undefined || decisiveFile(files, "gradle") !== undefined;
}
