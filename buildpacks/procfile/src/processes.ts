import { defined } from "@libcnb/app-kit/defined";
import { plainCommand } from "@libcnb/app-kit/start/plain-command";
import { shellCommand } from "@libcnb/app-kit/start/shell-command";
import { type LayerEnv, override, type Process, UserError } from "libcnb";
import type { Command } from "./commands.ts";

/** Processes by type, and the environment variables that their commands set. */
export interface Processes {
  readonly processes: Readonly<Record<string, Process>>;
  readonly env: LayerEnv;
}

/** The processes of the image. A process that does not need a shell runs without one. */
export function processesOf(commands: readonly Command[], { isDirect, hasDefault }: ProcessOptions): Processes {
  const first = defaultType(new Set(commands.map(({ type }) => type)), hasDefault);
  const entries = commands.map((command) => {
    const plain = plainCommand(command.line);
    if (isDirect && plain === undefined) throw needsShell(command);
    const words = plain?.words ?? shellCommand(command.line);
    const process = { command: words, ...defined({ default: command.type === first || undefined }) };
    return { type: command.type, process, env: plain?.env ?? {} };
  });
  const env = entries.map(({ type, env }) => [type, overridden(env)] as const);
  return {
    processes: Object.fromEntries(entries.map(({ type, process }) => [type, process])),
    env: { process: Object.fromEntries(env.filter(([, values]) => Object.keys(values).length > 0)) },
  };
}

/** The settings of processes in addition to their commands. */
export interface ProcessOptions {
  /** True to start all processes without a shell. A command that needs a shell is then an error. */
  readonly isDirect: boolean;
  /** True if an earlier buildpack defines the image's default process. */
  readonly hasDefault: boolean;
}

/** `web`, else `worker`, as in Paketo's buildpack, else the only one. */
function defaultType(types: ReadonlySet<string>, hasDefault: boolean): string | undefined {
  if (types.has("web") || hasDefault) return "web";
  const [only] = types;
  if (types.has("worker")) return "worker";
  return types.size === 1 ? only : undefined;
}

const overridden = (env: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, override(value)]));

const needsShell = ({ line, source }: Command): UserError =>
  new UserError("PROCFILE_NEEDS_SHELL", `"${line}" cannot run without a shell (${source})`, {
    hint: "Use only words and quotes, without variables, redirections, && and other shell syntax; or unset BP_DIRECT_PROCESS.",
  });
