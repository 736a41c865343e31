import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { parseSize } from "./limit-flags.ts";
import { addValue } from "./listed-values.ts";
import { noEnvFile } from "./no-env-file.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./registry-flags.ts";

interface Options extends RegistryFlags {
  readonly process?: string;
  readonly entrypoint?: string;
  readonly memory?: number;
  readonly publish: readonly string[];
  readonly env: readonly string[];
  readonly envFrom: readonly string[];
}

/** What a terminal or a supervisor sends to end or reload a program. The app gets it, cnb waits. */
const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const;

/** `cnb run IMAGE`: starts an image without Docker. stdin, stdout, stderr, signals and the exit code are the app's. */
export function register(program: Command): void {
  const command = program
    .command("run")
    .description("start an image without Docker")
    .argument("<image>", "oci:DIR, oci-archive:FILE, docker-archive:FILE or REGISTRY/REPOSITORY:TAG")
    .argument("[args...]", "arguments for the app, after --")
    .option("--process <type>", "the process to start (default: the image's own)")
    .option("--entrypoint <command>", "start this instead of what the image says")
    .option("-p, --publish <host:container>", "forward a port of this machine to the app, again for more", addValue, [])
    .option("--memory <size>", "what the app may take of memory, such as 512m or 4g", parseSize)
    .option("-e, --env <name[=value]>", "a variable for the app, again for more", addValue, [])
    .option("--env-from <file>", "variables for the app, one NAME=VALUE a line", addValue, [])
    .addOption(noEnvFile());
  registryFlags(command).action(run);
}

async function run(name: string, args: readonly string[], options: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const { reporter, env, signal } = context;
  const [{ readImage }, { parseImageReference }, { userEnv }, { startImage }, { parsePublish }, { cacheDir }] =
    await Promise.all([
      import("../oci/image-io.ts"),
      import("../oci/reference.ts"),
      import("../platform/user-env.ts"),
      import("../run/start-image.ts"),
      import("../run/publish.ts"),
      import("../cache-dirs.ts"),
    ]);
  const publish = options.publish.map(parsePublish);
  const variables = await userEnv({ files: options.envFrom, variables: options.env }, env);
  const registry = registryOptions(options, context);
  const image = await readImage(parseImageReference(name), { registry });
  const { process: type, entrypoint } = options;
  const limit = options.memory === undefined ? {} : { memoryBytes: options.memory };
  const wishes = { ...(type ? { process: type } : {}), ...(entrypoint ? { entrypoint } : {}), args, publish };
  const settings = { name, env: Object.fromEntries(variables), cacheDir: cacheDir(env), reporter, signal };
  const app = await startImage(image, { ...wishes, ...limit, ...settings, stdio: "inherit" });
  process.exitCode = await untilEnd(app);
}

/** Waits for the app's end and passes on what cnb is signalled meanwhile. */
async function untilEnd(app: import("../run/start-image.ts").RunningImage): Promise<number> {
  const forward = (signal: NodeJS.Signals) => void app.signal(signal);
  for (const signal of forwarded) process.on(signal, forward);
  try {
    return (await app.ended).exitCode;
  } finally {
    for (const signal of forwarded) process.off(signal, forward);
  }
}
