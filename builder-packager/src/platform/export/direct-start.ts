import { nameOf } from "libcnb/internal";
import { composeLaunchEnv, type Env, launchInheritedEnv } from "libcnb/lifecycle-rules";
import { defined, unlessEmpty } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { Reporter } from "../../reporter.ts";
import type { Process } from "../formats/launch-toml.ts";
import type { BuildMetadata } from "../metadata-toml.ts";
import { layerEnvironment } from "../phases/layer-environment.ts";
import type { BuiltLayers } from "../phases/layer-files.ts";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";

/** The start settings that the configuration of an image without a launcher contains. */
export interface DirectStart {
  /** The entrypoint; absent if the buildpacks define no default process. */
  readonly Entrypoint?: readonly string[];
  /** The default arguments, which the user's arguments replace. */
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  /**
   * All environment variables of the app, composed from those of the run image and of the launch
   * layers.
   */
  readonly env: Env;
}

/**
 * Determines how an image without a launcher starts: with the command and environment that the
 * launcher would use if the user set no variables. Warns about features that need a launcher: other
 * processes, and programs in `exec.d`.
 *
 * @throws CnbError EXPORT_FAILED for a process that the launcher would give to a shell
 */
export async function directStart(
  files: SandboxFiles,
  built: readonly BuiltLayers[],
  given: {
    readonly metadata: BuildMetadata;
    readonly type: string | undefined;
    readonly imageEnv: Env;
    readonly reporter: Reporter;
  },
): Promise<DirectStart> {
  const { metadata, type, imageEnv, reporter } = given;
  const process = metadata.processes.find((each) => each.type === type);
  const others = metadata.processes.filter((each) => each !== process).map((each) => each.type);
  if (others.length > 0)
    reporter.warn(`Without a launcher the image cannot start its other processes: ${others.join(", ")}.`);
  const env = await launchEnv(files, built, { type, imageEnv, reporter });
  const start = process ? startOf(process) : {};
  return { ...start, env };
}

/**
 * The entrypoint and arguments of a process. A user's arguments replace `args` since Buildpack API
 * 0.9; before, they follow `args`.
 */
function startOf({ type, command, args = [], direct, workingDir, buildpackId }: Process): Omit<DirectStart, "env"> {
  if (!direct)
    throw new CnbError(
      "EXPORT_FAILED",
      `process ${type} of ${buildpackId} is a shell command, which needs the launcher of a lifecycle`,
      { hint: "Use a builder that has a launcher: create it with cnb builder create --launcher lifecycle." },
    );
  return {
    Entrypoint: command,
    ...defined({ Cmd: unlessEmpty(args), WorkingDir: workingDir }),
  };
}

async function launchEnv(
  files: SandboxFiles,
  built: readonly BuiltLayers[],
  {
    type,
    imageEnv,
    reporter,
  }: { readonly type: string | undefined; readonly imageEnv: Env; readonly reporter: Reporter },
): Promise<Env> {
  const scopes = ["env", "env.launch", ...(type === undefined ? [] : [`env.launch/${type}`])];
  const programs = ["exec.d", ...(type === undefined ? [] : [`exec.d/${type}`])];
  let env = launchInheritedEnv(imageEnv);
  for (const { buildpack, layers } of built) {
    const launch = layers.filter((layer) => layer.launch);
    const read = await Promise.all(launch.map((layer) => layerEnvironment(files, layer, scopes)));
    env = composeLaunchEnv(read, env, type);
    for (const { path } of launch)
      if (
        await hasFiles(
          files,
          programs.map((directory) => `${path}/${directory}`),
        )
      )
        reporter.warn(`Without a launcher the programs in ${path}/exec.d of ${nameOf(buildpack)} do not run at start.`);
  }
  return env;
}

async function hasFiles(files: SandboxFiles, directories: readonly string[]): Promise<boolean> {
  for (const directory of directories)
    for (const name of await files.list(directory))
      if ((await files.find(`${directory}/${name}`))?.kind === "file") return true;
  return false;
}
