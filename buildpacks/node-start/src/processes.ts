import type { ManagerName, Texts } from "@libcnb/node-app";
import { type Process, UserError } from "libcnb";
import type { Project } from "./project.ts";
import type { Start } from "./start.ts";
import type { Starts } from "./starts.ts";

/** What of the buildpack's own files processes run. */
export interface OwnFiles {
  /** Runs a command that starts others, and gives them signals. Found in PATH. */
  readonly withSignals: string;
  /** The absolute path of the static server. */
  readonly staticServer: string;
}

/** The processes of the image. `web` is the default, or the only one. */
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
        ...(start.dir !== "" && { workingDir: project.app.path(start.dir) }),
        ...((type === "web" || shown.length === 1) && { default: true }),
      },
    ]),
  );
}

/** The command of a process. */
export function commandOf(start: Start, manager: ManagerName, own: OwnFiles): Process["command"] {
  switch (start.kind) {
    case "program":
      return start.words;
    case "script":
      return [own.withSignals, ...scriptCommand(manager, start.name)];
    case "shell":
      return shellCommand(start.line, own);
    case "static":
      return ["node", own.staticServer, start.root, ...fallbackFlags(start)];
    default:
      throw new UserError("NODE_START_MISSING", `${start.source} is served by another buildpack`);
  }
}

const scriptCommand = (manager: ManagerName, name: string): Process["command"] =>
  manager === "npm" && name === "start" ? ["npm", "start"] : [manager, "run", name];

/** One command whose words only have variables to expand. */
const oneCommand = /^(?:[\w@%+=:,./^${}-]|\s|"[^"\\`]*"|'[^']*')+$/;

/** A shell that becomes the program, or for several programs one that gives them signals. */
function shellCommand(line: string, { withSignals }: OwnFiles): Process["command"] {
  const [first = ""] = line.split(/\s/);
  const mayBecome =
    oneCommand.test(line) &&
    !/\$\(|(^|\s)[{}](\s|$)/.test(line) &&
    !/^(\w+=|cd$|\.$|export$|if$|while$|for$|until$|case$|source$)/.test(first);
  if (!mayBecome) return [withSignals, "sh", "-c", line];
  return ["sh", "-c", first === "exec" ? line : `exec ${line}`];
}

const fallbackFlags = ({ fallback }: Start & { readonly kind: "static" }): readonly string[] => {
  if (fallback === undefined) return [];
  return "page" in fallback ? [`--fallback=${fallback.page}`] : [`--not-found=${fallback.notFound}`];
};

/** Variables by type of process. */
export const processEnvs = (starts: Starts): Readonly<Record<string, Texts>> =>
  Object.fromEntries(
    Object.entries(starts)
      .filter(([, { env }]) => Object.keys(env).length > 0)
      .map(([type, { env }]) => [type, env]),
  );
