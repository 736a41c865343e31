import { defined } from "@libcnb/app-kit/defined";
import type { ManagerName, Texts } from "@libcnb/node-app";
import { type Process, UserError } from "libcnb";
import { shellCommand, withSignals } from "libcnb/kit";
import { managers } from "./commands.ts";
import type { Project } from "./project.ts";
import type { Start } from "./start.ts";
import type { Starts } from "./starts.ts";

/** The files of this buildpack that processes use. */
export interface OwnFiles {
  /** The absolute path of the static server. */
  readonly staticServer: string;
}

/**
 * Returns the processes of the image. The default process is `web`. If there is only one process,
 * that process is the default.
 */
export function processesOf(
  starts: Starts,
  project: Project,
  manager: ManagerName,
  own: OwnFiles,
): Readonly<Record<string, Process>> {
  const shown = Object.entries(starts).filter(([, { kind }]) => kind !== "elsewhere");
  return Object.fromEntries(
    shown.map(([type, start]) => [
      type,
      {
        command: commandOf(start, manager, own),
        ...defined({
          workingDir: start.dir === "" ? undefined : project.app.path(start.dir),
          default: type === "web" || shown.length === 1 || undefined,
        }),
      },
    ]),
  );
}

/**
 * Returns the command that starts a process. The command is the program itself, or if necessary, a
 * package manager or a shell.
 */
export function commandOf(start: Start, manager: ManagerName, own: OwnFiles): Process["command"] {
  switch (start.kind) {
    case "program":
      return managers.has(start.words[0]) ? [withSignals, ...start.words] : start.words;
    case "script":
      return [withSignals, ...scriptCommand(manager, start.name)];
    case "shell":
      return shellCommand(start.line, managers);
    case "static":
      return ["node", own.staticServer, start.root, ...fallbackFlags(start)];
    default:
      throw new UserError(
        "NODE_START_MISSING",
        `no process can be defined for ${start.source}, because BP_NODE_STATIC=false leaves the static files to another buildpack`,
        { hint: "Set BP_NODE_STATIC=true to serve the files with this buildpack." },
      );
  }
}

const scriptCommand = (manager: ManagerName, name: string): Process["command"] =>
  manager === "npm" && name === "start" ? ["npm", "start"] : [manager, "run", name];

const fallbackFlags = ({ fallback }: Start & { readonly kind: "static" }): readonly string[] => {
  if (fallback === undefined) return [];
  return "page" in fallback ? [`--fallback=${fallback.page}`] : [`--not-found=${fallback.notFound}`];
};

/** Returns the environment variables of each process, by process type. */
export const processEnvs = (starts: Starts, manager: ManagerName): Readonly<Record<string, Texts>> =>
  Object.fromEntries(
    Object.entries(starts)
      .map(([type, start]) => [type, envOf(start, manager)] as const)
      .filter(([, env]) => Object.keys(env).length > 0),
  );

function envOf({ kind, env }: Start, manager: ManagerName): Texts {
  const ofManager = kind === "script" ? managerEnv[manager] : {};
  return { ...ofManager, ...env };
}

/**
 * Variables that keep package managers from installing (pnpm 11 and newer) and from writing logs in
 * a container.
 */
const managerEnv: Partial<Record<ManagerName, Texts>> = {
  npm: { NPM_CONFIG_LOGS_MAX: "0" },
  pnpm: { pnpm_config_verify_deps_before_run: "false" },
};
