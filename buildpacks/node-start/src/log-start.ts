import { logProcess } from "@libcnb/app-kit/start/log-process";
import type { Logger, Process } from "libcnb";
import type { Project } from "./project-facts.ts";
import type { Start } from "./start.ts";
import type { Starts } from "./starts.ts";

/** Logs how each process starts, why, and how to change it. */
export function logStart(
  starts: Starts,
  processes: Readonly<Record<string, Process>>,
  project: Project,
  log: Logger,
): void {
  for (const warning of [...(project.procfile?.warnings ?? []), ...unknownScripts(project)]) log.warn(warning);
  for (const [type, start] of Object.entries(starts)) {
    const command = processes[type]?.command;
    if (command === undefined) logOtherSource(type, start, log);
    else {
      const line = start.kind === "shell" ? start.line : command.join(" ");
      logProcess({ type, line, source: reasonOf(start), env: start.env, otherwise: otherwise(type) }, log);
      if (isTypeScript(command)) log.info("Node.js runs TypeScript since 22.18, if its syntax can simply be erased");
    }
  }
}

function logOtherSource(type: string, { source }: Start, log: Logger): void {
  log.step(`The process ${type} is left to another buildpack`);
  log.info(`BP_NODE_STATIC is false, and ${source} is a site`);
}

const reasonOf = ({ source, kind }: Start): string =>
  kind === "script" ? `${source}, which needs the package manager` : source;

const otherwise = (type: string): string | undefined =>
  type === "web" ? "set BP_LAUNCHPOINT to a file of the app for another one" : undefined;

const isTypeScript = ([program, ...words]: Process["command"]): boolean =>
  program === "node" && words.some((word) => /\.[cm]?ts$/.test(word));

const unknownScripts = ({ settings, scripts }: Project): readonly string[] =>
  (settings.BP_NODE_PROCESS_SCRIPTS ?? [])
    .filter((name) => name !== "none" && !Object.hasOwn(scripts, name))
    .map((name) => `BP_NODE_PROCESS_SCRIPTS names ${name}, which is not a script of package.json`);
