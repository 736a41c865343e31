import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import { matching } from "../app/matching.ts";
import type { Launch } from "../launch/launch.ts";
import type { Start } from "../start.ts";

/**
 * Adapts a command to the image. Users write the jar's path in the build, `java -jar
 * target/shop.jar`; in the image the jar is elsewhere, or unpacked.
 */
export async function inImage(start: Start, launch: Launch | undefined, app: App): Promise<Start> {
  const [whole = "", before = "", file = ""] = /\bjava(\s[^;&|]*?)?\s-jar\s+(\S+)/.exec(start.line) ?? [];
  const path = file.replaceAll(/["']/g, "");
  if (whole === "" || path.startsWith("/") || path.includes("$") || (await isThere(app, start.dir, path))) return start;
  if (launch?.main === undefined) return { ...start, warnings: [missing(start, path)] };
  return {
    ...start,
    line: start.line.replace(whole, () => `java${before} ${launch.main}`),
    dir: launch.start.dir,
    source: `${start.source}, where ${path} is what the image has in another place`,
  };
}

const isThere = async (app: App, dir: string, path: string): Promise<boolean> =>
  (await app.exists(inDir(dir, path)).catch(() => true)) || (await matching(app, dir, path)).length > 0;

const missing = ({ source }: Start, path: string): string =>
  `${source} runs ${path}, which the image does not have. Check the path: it is relative to the app as it is after the build.`;
