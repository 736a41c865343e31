import type { Launch } from "./launch/launch.ts";
import type { Project } from "./project.ts";
import { inImage } from "./say/in-image.ts";
import type { Start, Starts } from "./start.ts";

/** The user's processes: `BP_JAVA_START`, then the Procfile. */
export interface ExplicitStart {
  readonly web: Start | undefined;
  /** The other processes of the Procfile. */
  readonly others: Starts;
  /** True to have no process `web`. */
  readonly isNone: boolean;
}

/** Reads the user's processes. If they do not include `web`, the app gets no `web` process. */
export function saidBy({ procfile, settings, dir }: Project): ExplicitStart {
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

/** All processes of an app; `launch` is the default start. */
export async function startsOf(
  { web, others, isNone }: ExplicitStart,
  launch: Launch | undefined,
  project: Project,
): Promise<Starts> {
  const started = web ?? (isNone ? undefined : launch?.start);
  const all = { ...(started && { web: started }), ...others };
  const entries = Object.entries(all).map(
    async ([type, start]) =>
      [type, start === launch?.start ? start : await inImage(start, launch, project.app)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
