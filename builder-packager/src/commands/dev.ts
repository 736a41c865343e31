import type { Command } from "commander";
import { cacheDir } from "../cache-dirs.ts";
import { type CommandContext, contextOf } from "../cli-context.ts";
import type { Key } from "../dev/loop/loop.ts";
import type { AppSettings } from "../dev/work/app-runner.ts";
import type { DevBuildOptions } from "../dev/work/dev-build.ts";
import { readKeys, statusScreen } from "../terminal/status-screen.ts";
import { checkedExecEnv } from "./flags/build-flags.ts";
import { buildpackFlags } from "./flags/buildpack-flags.ts";
import { defaultBuilder } from "./flags/default-builder.ts";
import { addFlags, type FlagTable, inputsOf, list, parsed, shared, text } from "./flags/flag-table.ts";
import { imageName } from "./flags/image-name.ts";
import { backendFlag } from "./flags/limit-flags.ts";
import { addValue } from "./flags/listed-values.ts";
import { noEnvFile } from "./flags/no-env-file.ts";
import { nonEmpty } from "./flags/non-empty.ts";
import { type RegistryFlags, registryFlags, verifyingOptions } from "./flags/registry-flags.ts";
import { type SignerFlags, signerIdentities } from "./flags/signer-flags.ts";
import { endingSignals } from "./signals/app-signals.ts";

interface Options extends RegistryFlags, SignerFlags {
  readonly env: readonly string[];
  readonly envFrom: readonly string[];
  readonly appEnv: readonly string[];
  readonly appEnvFrom: readonly string[];
  readonly publish: readonly string[];
  readonly process?: string;
  readonly binding: readonly string[];
  readonly volume: readonly string[];
  readonly backend?: string;
  readonly tests: boolean;
  readonly watch: readonly string[];
  readonly poll?: boolean;
}

const combined = () => ({});

/** The flags of the build; the app's are added in `register`. */
const table: FlagTable<DevBuildOptions> = {
  Inputs: [
    text(
      "-d, --descriptor <file>",
      "the project descriptor (default: project.toml in the app's directory)",
      (descriptor) => ({ descriptor }),
    ),
    list(
      "-e, --env <name[=value]>",
      "environment variable for the buildpacks; without a value it is taken from the environment (repeatable)",
      combined,
    ),
    list(
      "--env-from <file>",
      "file with environment variables for the buildpacks, one NAME=VALUE per line (repeatable)",
      combined,
    ),
    parsed(
      "--exec-env <name>",
      "execution environment: production, test or a custom name",
      checkedExecEnv,
      (execEnv) => ({ execEnv }),
    ),
    list(
      "--binding <dir>",
      "directory of a service binding, or a directory with several, for the buildpacks and the app (repeatable)",
      (bindings) => ({ bindings }),
    ),
  ],
  Buildpacks: buildpackFlags,
  Output: [
    list("-t, --tag <image>", "a name to write the image to after each build (repeatable)", async (names) => ({
      tags: await Promise.all(names.map(imageName)),
    })),
  ],
  Sandbox: [
    shared(backendFlag(), (backend: string) => ({ backend })),
    list(
      "--ca-cert <file>",
      "a CA certificate that the buildpacks trust during the build (repeatable)",
      (certificates) => ({ certificates }),
    ),
  ],
};

/** The port of the app without `--publish`. */
const usualPort = "8080:8080";

/**
 * `cnb dev APP`: builds and runs an app, and does both again after each change of the app or of a
 * buildpack.
 */
export function register(program: Command): void {
  const command = program
    .command("dev")
    .description("build and run an app; when the app or a buildpack changes, rebuild and restart it")
    .argument("[app]", "the app's directory", ".");
  addFlags(command, table)
    .addOption(noEnvFile())
    .optionsGroup("App:")
    .option(
      "-p, --publish <[[address:]host:]container>",
      `forward a port of this machine to the app; PORT contains the first CONTAINER port (repeatable; default: ${usualPort})`,
      addValue,
      [],
    )
    .option("--process <type>", "the process type to start (default: the image's default process)")
    .option(
      "--app-env <name[=value]>",
      "environment variable for the app; without =VALUE, cnb copies the variable from its environment (repeatable)",
      addValue,
      [],
    )
    .option(
      "--app-env-from <file>",
      "file with environment variables for the app, one NAME=VALUE per line (repeatable)",
      addValue,
      [],
    )
    .option(
      "--volume <src:dst[:rw]>",
      "a file or directory to mount for the app, read-only unless :rw (repeatable)",
      addValue,
      [],
    )
    .optionsGroup("Changes:")
    .option("--no-tests", "do not run a buildpack's tests when the buildpack changes")
    .option("--watch <dir>", "another directory to watch; a change in it starts a build (repeatable)", addValue, [])
    .option("--poll", "look for changes every second, for file systems that do not report them")
    .optionsGroup("Registry:");
  registryFlags(command).action(run);
}

async function run(app: string, options: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const { dev } = await import("../dev/dev.ts");
  const keys = process.stdin.isTTY && process.stderr.isTTY;
  const screen = statusScreen(process.stderr, { ...command.optsWithGlobals(), hasStatus: keys });
  const signals = endingSignals();
  let endKeys = () => {};
  try {
    await dev({
      build: await buildOf(app, options, command.opts(), { ...context, reporter: screen.reporter }),
      app: await appOf(options, context),
      screen,
      signal: AbortSignal.any([context.signal, signals.hangUp]),
      onKey(press) {
        if (keys) endKeys = readKeys(process.stdin, (key) => pressed(key, press));
      },
      runsTests: options.tests,
      watched: options.watch,
      polls: options.poll === true,
    });
  } catch (error) {
    if (!signals.hangUp.aborted) throw error; // a message on a closed terminal has no reader
  } finally {
    endKeys();
    screen.close();
    signals.release();
  }
}

async function buildOf(
  app: string,
  options: Options,
  values: Readonly<Record<string, unknown>>,
  context: CommandContext,
): Promise<DevBuildOptions> {
  const { userEnv } = await import("../platform/user-env.ts");
  return {
    ...(await inputsOf(table, values)),
    verifyIdentities: signerIdentities(options),
    ...(await defaultBuilder(context)),
    app,
    userEnv: await userEnv({ files: options.envFrom, variables: options.env }, context.env),
    registry: await verifyingOptions(options, context),
    env: context.env,
  };
}

/** The settings of the app. It gets the first published port in `PORT`, unless the user sets `PORT`. */
async function appOf(options: Options, { env }: CommandContext): Promise<AppSettings> {
  const [{ userEnv }, { parseVolume }, { parsePublish }] = await Promise.all([
    import("../platform/user-env.ts"),
    import("../platform/mounts/volumes.ts"),
    import("../run/publish.ts"),
  ]);
  const publish = (options.publish.length > 0 ? options.publish : [usualPort]).map(parsePublish);
  const variables = await userEnv({ files: options.appEnvFrom, variables: options.appEnv }, env);
  return {
    publish,
    env: { PORT: String(publish[0]?.containerPort), ...Object.fromEntries(variables) },
    volumes: options.volume.map(parseVolume),
    bindings: options.binding,
    cacheDir: cacheDir(env),
    ...nonEmpty({ process: options.process, backend: options.backend }),
  };
}

const keysByName: Readonly<Record<string, Key>> = { r: "rebuild", c: "clear-cache", i: "inspect", q: "quit" };

/** Handles a key. In raw mode, Ctrl-C is a key as well: it has the effect of the signal. */
function pressed(key: string, press: (key: Key) => void): void {
  if (key === "\u0003") process.kill(process.pid, "SIGINT");
  const action = keysByName[key.toLowerCase()];
  if (action) press(action);
}
