import { digestOfText } from "@libcnb/app-kit/digests";
import { logProcess } from "@libcnb/app-kit/start/log-process";
import { withSignals, withSignalsScript, writeWithSignals } from "@libcnb/app-kit/start/with-signals";
import { type BuildContext, type BuildResult, launchLayer, s } from "libcnb";
import { readCommands, type Settings } from "./commands.ts";
import { type Processes, processesOf } from "./processes.ts";

const startLayer = launchLayer("start", { metadata: s.table({ digest: s.string }) });

/** Defines the image's processes from a Procfile, a binding or a variable. */
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
