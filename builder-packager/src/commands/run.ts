import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { appSignals } from "./app-signals.ts";
import { given } from "./given.ts";
import { backendFlag, parseDuration, parseSize } from "./limit-flags.ts";
import { addValue } from "./listed-values.ts";
import { noEnvFile } from "./no-env-file.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./registry-flags.ts";

interface Options extends RegistryFlags {
  readonly process?: string;
  readonly entrypoint?: string;
  readonly network: string;
  readonly backend?: string;
  readonly user?: string;
  readonly readOnly?: boolean;
  readonly tmpfs: readonly string[];
  readonly memory?: number;
  readonly timeout?: number;
  readonly publish: readonly string[];
  readonly binding: readonly string[];
  readonly volume: readonly string[];
  readonly env: readonly string[];
  readonly envFrom: readonly string[];
}

/** `cnb run IMAGE`: starts an image without Docker. stdin, stdout, stderr, signals and the exit code are the app's. */
export function register(program: Command): void {
  const command = program
    .command("run")
    .description("start an image without Docker")
    .argument(
      "<image>",
      "oci:DIR, oci-archive:FILE, docker-archive:FILE, docker-daemon:NAME or REGISTRY/REPOSITORY:TAG",
    )
    .argument("[args...]", "arguments for the app, after --")
    .option("--process <type>", "the process to start (default: the image's own)")
    .option("--entrypoint <command>", "start this instead of what the image says")
    .option(
      "-p, --publish <[[address:]host:]container>",
      "forward a port of this machine, or a free one, to the app (repeatable)",
      addValue,
      [],
    )
    .option("--network <kind>", "host, or none: a network of the app's own that only published ports lead into", "host")
    .option("--binding <dir>", "a service binding, or a folder of some (repeatable)", addValue, [])
    .option(
      "--volume <src:dst[:rw]>",
      "a file or folder of this machine for the app, read-only or not (repeatable)",
      addValue,
      [],
    )
    .option("--user <user[:group]>", "the user of the app, a name in the image or a number (default: the image's own)")
    .option("--read-only", "refuse writes but to volumes and --tmpfs, also in /tmp")
    .option(
      "--tmpfs <dir[:size=size,mode=mode]>",
      "an empty directory in memory for the app (repeatable)",
      addValue,
      [],
    )
    .addOption(backendFlag())
    .option("--memory <size>", "what the app may take of memory, such as 512m or 4g", parseSize)
    .option(
      "--timeout <time>",
      "how long pulling, unpacking and the app may take together, such as 90s, 10m or 1h",
      parseDuration,
    )
    .option("-e, --env <name[=value]>", "a variable for the app (repeatable)", addValue, [])
    .option("--env-from <file>", "variables for the app, one NAME=VALUE a line", addValue, [])
    .addOption(noEnvFile());
  registryFlags(command).action(run);
}

async function run(name: string, args: readonly string[], options: Options, command: Command): Promise<void> {
  const time = options.timeout === undefined ? undefined : { timeoutMs: options.timeout, sinceMs: performance.now() };
  const context = contextOf(command);
  const { reporter, env } = context;
  const [{ readImage }, { parseImageReference }, { startImage }, { endWithin, startWithin }, { cacheDir }] =
    await Promise.all([
      import("../oci/image-io.ts"),
      import("../oci/reference.ts"),
      import("../run/start-image.ts"),
      import("../run/end-within.ts"),
      import("../cache-dirs.ts"),
    ]);
  const wishes = await wishesOf(options, env);
  const signals = appSignals();
  try {
    const app = await startWithin(context.signal, time, async (signal) => {
      const registry = await registryOptions(options, { ...context, signal });
      const image = await readImage(parseImageReference(name), { registry });
      const settings = { name, args, cacheDir: cacheDir(env), reporter, signal, stdio: "inherit" as const };
      return startImage(image, { ...wishes, ...settings, onStarting: signals.hold });
    });
    signals.passTo(app);
    process.exitCode = (await endWithin(app, time)).exitCode;
  } finally {
    signals.release();
  }
}

/** What the flags say. Throws ARGUMENT_INVALID, ENV_FILE_INVALID. */
async function wishesOf(options: Options, env: NodeJS.ProcessEnv) {
  const [{ userEnv }, { parseVolume }, { parsePublish }, { checkNetwork }, { parseTmpfs }] = await Promise.all([
    import("../platform/user-env.ts"),
    import("../platform/volumes.ts"),
    import("../run/publish.ts"),
    import("./check-network.ts"),
    import("../run/tmpfs.ts"),
  ]);
  checkNetwork(options.network);
  return {
    env: Object.fromEntries(await userEnv({ files: options.envFrom, variables: options.env }, env)),
    publish: options.publish.map(parsePublish),
    volumes: options.volume.map(parseVolume),
    bindings: options.binding,
    tmpfs: options.tmpfs.map((text) => parseTmpfs(text, parseSize)),
    network: options.network === "host",
    ...given({
      process: options.process,
      entrypoint: options.entrypoint,
      user: options.user,
      readOnly: options.readOnly,
      backend: options.backend,
      memoryBytes: options.memory,
    }),
  };
}
