import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { backendFlag, parseDuration, parseSize } from "./flags/limit-flags.ts";
import { addValue } from "./flags/listed-values.ts";
import { noEnvFile } from "./flags/no-env-file.ts";
import { nonEmpty } from "./flags/non-empty.ts";
import { type RegistryFlags, registryFlags, verifyingOptions } from "./flags/registry-flags.ts";
import { appSignals } from "./signals/app-signals.ts";

interface Options extends RegistryFlags {
  readonly process?: string;
  readonly entrypoint?: string;
  readonly shell?: boolean;
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

/**
 * `cnb run IMAGE`: runs an image without Docker. stdin, stdout, stderr and signals are passed to
 * the app, and the exit code is the app's.
 */
export function register(program: Command): void {
  const command = program
    .command("run")
    .description("run an image without Docker")
    .argument(
      "<image>",
      "oci:DIR, oci-archive:FILE, docker-archive:FILE, docker-daemon:NAME or REGISTRY/REPOSITORY:TAG",
    )
    .argument("[args...]", "arguments for the app, after --")
    .option("--process <type>", "the process type to start (default: the image's default process)")
    .option("--entrypoint <command>", "command to start instead of the image's entrypoint")
    .option("--shell", "start a shell with the app's environment variables instead of the app")
    .option(
      "-p, --publish <[[address:]host:]container>",
      "forward a port of this machine to the app; without HOST, cnb chooses a free port (repeatable)",
      addValue,
      [],
    )
    .option("--network <kind>", "host, or none: no network access except through published ports", "host")
    .option("--binding <dir>", "directory of a service binding, or a directory with several (repeatable)", addValue, [])
    .option(
      "--volume <src:dst[:rw]>",
      "a file or directory to mount for the app, read-only unless :rw (repeatable)",
      addValue,
      [],
    )
    .option("--user <user[:group]>", "user to run as, a name in the image or a number (default: the image's user)")
    .option("--read-only", "make the root file system read-only, including /tmp; volumes and --tmpfs stay writable")
    .option(
      "--tmpfs <dir[:size=size,mode=mode]>",
      "an empty in-memory directory for the app (repeatable)",
      addValue,
      [],
    )
    .addOption(backendFlag())
    .option("--memory <size>", "memory limit for the app, such as 512m or 4g", parseSize)
    .option(
      "--timeout <time>",
      "time limit for the whole command: pull, unpack and run; such as 90s, 10m or 1h",
      parseDuration,
    )
    .option(
      "-e, --env <name[=value]>",
      "environment variable for the app; without =VALUE, cnb copies the variable from its environment (repeatable)",
      addValue,
      [],
    )
    .option(
      "--env-from <file>",
      "file with environment variables for the app, one NAME=VALUE per line (repeatable)",
      addValue,
      [],
    )
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
      import("../oci/model/reference.ts"),
      import("../run/start-image.ts"),
      import("../run/end-within.ts"),
      import("../cache-dirs.ts"),
    ]);
  if (options.shell) (await import("../run/shell-command.ts")).checkShellFlags({ ...options, args });
  const request = await startRequestOf(options, env);
  const signals = appSignals();
  try {
    const app = await startWithin(context.signal, time, async (signal) => {
      const registry = await verifyingOptions(options, { ...context, signal });
      const image = await readImage(parseImageReference(name), { registry });
      const stdio = options.shell ? ("terminal" as const) : ("inherit" as const);
      const settings = { name, args, cacheDir: cacheDir(env), reporter, signal, stdio };
      return startImage(image, { ...request, ...settings, onStarting: signals.hold });
    });
    signals.passTo(app);
    process.exitCode = (await endWithin(app, time)).exitCode;
  } finally {
    signals.release();
  }
}

/** The options of a run. Throws ARGUMENT_INVALID, ENV_FILE_INVALID. */
async function startRequestOf(options: Options, env: NodeJS.ProcessEnv) {
  const [{ userEnv }, { parseVolume }, { parsePublish }, { checkNetwork }, { parseTmpfs }] = await Promise.all([
    import("../platform/user-env.ts"),
    import("../platform/mounts/volumes.ts"),
    import("../run/publish.ts"),
    import("./flags/check-network.ts"),
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
    ...nonEmpty({
      process: options.process,
      entrypoint: options.entrypoint,
      shell: options.shell,
      user: options.user,
      readOnly: options.readOnly,
      backend: options.backend,
      memoryBytes: options.memory,
    }),
  };
}
