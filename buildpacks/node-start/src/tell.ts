import type { Logger, Process } from "libcnb";
import type { Project } from "./project.ts";
import type { Starts } from "./starts.ts";

/** Says how each process starts, whose idea it was, and how to have it otherwise. */
export function tell(
  starts: Starts,
  processes: Readonly<Record<string, Process>>,
  project: Project,
  log: Logger,
): void {
  for (const warning of project.procfile?.warnings ?? []) log.warn(warning);
  for (const [type, { source, env, kind }] of Object.entries(starts)) {
    const command = processes[type]?.command;
    if (command === undefined) {
      log.step(`The process ${type} is left to another buildpack`);
      log.info(`BP_NODE_STATIC is false, and ${source} is a site`);
      continue;
    }
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const reason = `${source}${kind === "script" ? ", which needs the package manager" : ""}`;
    log.step(
      type === "web" ? `Starting the app with "${command.join(" ")}"` : `Process ${type}: "${command.join(" ")}"`,
    );
    log.info(
      `Chosen because of ${reason}${variables.length > 0 ? `; with ${variables.join(", ")}` : ""}${type === "web" ? "; set BP_LAUNCHPOINT to a file of the app for another one" : ""}`,
    );
  }
}
