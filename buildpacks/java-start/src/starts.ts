import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import { matching } from "./app/matching.ts";
import type { Launch } from "./launch/launch.ts";
import type { Project } from "./project.ts";
import type { Start, Starts } from "./start.ts";

/**
 * The processes that the user defines: `web` in `BP_JAVA_START`, or else in the Procfile, and other
 * processes in the Procfile.
 */
export interface ExplicitStart {
  readonly web: Start | undefined;
  /** The processes in the Procfile other than `web`. */
  readonly others: Starts;
  /** True if the image must not have a process `web`. */
  readonly isNone: boolean;
}

/**
 * Reads the processes that the user defines in `BP_JAVA_START` and the Procfile. With
 * `BP_JAVA_START=none`, or a Procfile that only has other processes, the image has no process
 * `web`.
 */
export function explicitStart({ procfile, settings, dir }: Project): ExplicitStart {
  const { commands = {}, dir: home = "" } = procfile ?? {};
  const { web, ...others } = Object.fromEntries(
    Object.entries(commands).map(([type, line]) => [type, { line, source: `${type} in Procfile`, dir: home }]),
  );
  const line = settings.BP_JAVA_START;
  const chosen = line && line !== "none" ? { line, source: "BP_JAVA_START", dir } : web;
  return {
    others,
    web: line === "none" ? undefined : chosen,
    isNone: line === "none" || (chosen === undefined && Object.keys(others).length > 0),
  };
}

/**
 * Determines all processes of an app. `launch` determines the process `web` if the user does not
 * define it.
 */
export async function startsOf(
  { web, others, isNone }: ExplicitStart,
  launch: Launch | undefined,
  project: Project,
): Promise<Starts> {
  const started = web ?? (isNone ? undefined : launch?.start);
  const all = { ...defined({ web: started }), ...others };
  const entries = Object.entries(all).map(
    async ([type, start]) =>
      [type, start === launch?.start ? start : await inImage(start, launch, project.app)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * Adapts a command to the image. Users write the jar's path in the build, `java -jar
 * target/shop.jar`; in the image the jar is elsewhere, or unpacked.
 */
async function inImage(start: Start, launch: Launch | undefined, app: App): Promise<Start> {
  const [whole = "", before = "", file = ""] = /\bjava(\s[^;&|]{0,2000}?)?\s-jar\s+(\S+)/.exec(start.line) ?? [];
  const path = file.replaceAll(/["']/g, "");
  if (whole === "" || path.startsWith("/") || path.includes("$") || (await isPresent(app, start.dir, path)))
    return start;
  if (launch?.main === undefined) return { ...start, warnings: [missing(start, path)] };
  return {
    ...start,
    line: start.line.replace(whole, () => `java${before} ${launch.main}`),
    dir: launch.start.dir,
    source: `${start.source}, adapted because the image contains ${path} unpacked or at another path`,
  };
}

const isPresent = async (app: App, dir: string, path: string): Promise<boolean> =>
  (await app.exists(inDir(dir, path)).catch(() => true)) || (await matching(app, dir, path)).length > 0;
const missing = ({ source, dir }: Start, path: string): string =>
  `${source} runs ${path}, which the image does not have. Check the path: it is relative to ${dir === "" ? "the app's root" : dir} after the build.`;
