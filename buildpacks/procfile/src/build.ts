import { defined } from "@libcnb/app-kit/defined";
import {
  type BuildContext,
  type BuildResult,
  type LayerEnv,
  launchLayer,
  override,
  type Process,
  s,
  UserError,
} from "libcnb";
import {
  digestOfText,
  logProcess,
  plainCommand,
  shellCommand,
  withSignals,
  withSignalsScript,
  writeWithSignals,
} from "libcnb/kit";
import { type Command, readCommands, type Settings } from "./commands.ts";

const startLayer = launchLayer("start", { metadata: s.table({ digest: s.string }) });

/**
 * Defines the image's processes from a Procfile in the app, a Procfile in a binding, or
 * BP_PROCFILE_DEFAULT_PROCESS.
 */
export async function build(context: BuildContext<Settings>): Promise<BuildResult> {
  const { config, env, log } = context;
  const { commands, warnings } = await readCommands(context);
  for (const warning of warnings) log.warn(warning);
  const requests = { isDirect: config.BP_DIRECT_PROCESS, hasDefault: env.BPI_DEFAULT_PROCESS !== undefined };
  const found = processesOf([...commands.values()], requests);
  for (const command of commands.values()) logProcess(command, log);
  if (needsLayer(found)) await provideStart(context, found);
  return { processes: found.processes };
}

const needsLayer = ({ processes, env }: Processes): boolean =>
  Object.values(processes).some(({ command: [program] }) => program === withSignals) ||
  Object.keys(env.process ?? {}).length > 0;

const provideStart = ({ layers }: BuildContext<Settings>, { env }: Processes) =>
  layers.provide(startLayer, {
    metadata: { digest: digestOfText(withSignalsScript) },
    create: ({ path }) => writeWithSignals(path),
    env: () => env,
  });

/** Processes by type, and the environment variables that their commands set. */
interface Processes {
  readonly processes: Readonly<Record<string, Process>>;
  readonly env: LayerEnv;
}

/** The processes of the image. A process that does not need a shell runs without one. */
function processesOf(commands: readonly Command[], { isDirect, hasDefault }: ProcessOptions): Processes {
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
interface ProcessOptions {
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
  new UserError(
    "PROCFILE_NEEDS_SHELL",
    `the command "${line}" (${source}) needs a shell, but BP_DIRECT_PROCESS requests a start without a shell`,
    {
      hint: 'Remove variables, redirections, "&&" and other shell syntax from the command, or unset BP_DIRECT_PROCESS.',
    },
  );
