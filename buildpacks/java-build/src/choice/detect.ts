import type { App } from "libcnb";
import type { Settings } from "../config.ts";
import { decisiveFile } from "./files.ts";
import { namedFile } from "./tool-request.ts";

/**
 * True if a directory of the app has something to build, or a variable says so: the build reports
 * errors in it.
 */
export async function buildsJava(app: App, dir: string, settings: Settings): Promise<boolean> {
  if (namedFile(settings) !== undefined) return true;
  const files = await app.list(dir || ".");
  return decisiveFile(files, "maven") !== undefined || decisiveFile(files, "gradle") !== undefined;
}
