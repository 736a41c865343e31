import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Env, type EnvDirectory, inheritedEnv } from "libcnb/lifecycle-rules";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { bytesOfName, namesIn, onDisk } from "../../files/file-name.ts";
import type { Image } from "../../oci/model/image.ts";
import { envOf } from "../../oci/model/mutate.ts";
import { runInSandbox } from "../../sandbox/run-in-sandbox.ts";
import type { Mount, SandboxBackend, SandboxLimits, SandboxSpec } from "../../sandbox/spec.ts";
import type { Builder } from "../images/builder.ts";
import { systemBundle, trustBundle, trustFile, trustVariables } from "../mounts/certificate-trust.ts";
import { makeNestedMountPoints } from "../mounts/nested-mount-points.ts";
import { ownRoot } from "../mounts/own-root.ts";
import { appDir, buildConfigDir, platformDir } from "../paths.ts";
import { readEnvDirectory } from "../phases/env-directory.ts";
import { copyTree, giveTree } from "./copy-tree.ts";
import type { StartShell } from "./failure-shell.ts";
import { homeOf } from "./passwd.ts";
import { type PathMapping, type SandboxFiles, sandboxFiles, textIfReadable } from "./sandbox-files.ts";
import { writeTemporaryFile } from "./temporary-file.ts";
import { withoutMounts } from "./without-mounts.ts";
import type { WorkDir } from "./work-dir.ts";
import { buildOwner } from "./work-dir.ts";

/** One execution of a buildpack's program. */
export interface Execution extends ExecutionContext {
  readonly onOutput: (chunk: Uint8Array) => void;
}

/** A buildpack's program, and the environment in which it is executed. */
export interface ExecutionContext {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /**
   * True if the program may change the app's directory. True only in the phase build, false in
   * detect and generate.
   */
  readonly appWritable: boolean;
}

/** A program that failed, with the environment in which `--shell-on-failure` starts a shell. */
export interface FailedProgram {
  /** The program's name for messages, such as `bin/build of acme/web@1.0.0`. */
  readonly subject: string;
  readonly execution: ExecutionContext;
  readonly error: CnbError;
}

/**
 * The environment in which buildpacks run: the unpacked builder with the directories of one build.
 */
export interface BuildEnvironment {
  readonly builder: Builder;
  /** The path of the unpacked builder. */
  readonly rootfs: string;
  readonly work: WorkDir;
  readonly files: SandboxFiles;
  /** The base environment variables of every buildpack. */
  readonly variables: Env;
  /** The user's environment variables: the files of `/platform/env`. */
  readonly platformEnv: EnvDirectory;
  /**
   * The environment variables in `/cnb/build-config/env` of the builder, which its operator sets.
   */
  readonly operatorEnv: EnvDirectory;
  /** Aborted when the build must stop. */
  readonly signal: AbortSignal;
  /**
   * Runs a command in the sandbox as the build's user. Returns the exit code, or 128 + n if signal
   * n ended the command.
   */
  run(execution: Execution): Promise<number>;
  /**
   * Starts a shell on cnb's terminal after a program has failed, in a sandbox like that of the
   * program, if the user requested it. Waits for the end of the shell.
   */
  afterFailure(failed: FailedProgram): Promise<void>;
  /** Writes a file into a new directory below `/tmp`, and returns its path inside the sandbox. */
  temporaryFile(directory: string, name: string, text: string): Promise<string>;
  /** Returns the environment of the same build in the extended builder image. */
  inExtended(image: Image, rootfs: string): Promise<BuildEnvironment>;
}

export interface BuildEnvironmentOptions {
  readonly builder: Builder;
  /** The path of the unpacked builder. */
  readonly rootfs: string;
  readonly work: WorkDir;
  readonly backend: SandboxBackend;
  readonly userEnv: EnvDirectory;
  /** Environment variables with proxy settings, which buildpacks need for downloads. */
  readonly proxyEnv: Readonly<Record<string, string>>;
  readonly network: boolean;
  readonly limits?: SandboxLimits | undefined;
  /**
   * CA certificates in PEM form that are trusted during the build, in addition to the builder's.
   */
  readonly authorities?: string | undefined;
  /** Additional mounts, such as buildpacks that the builder lacks. */
  readonly mounts: readonly Mount[];
  /**
   * The paths of buildpacks that are not at the path that the specification defines, because
   * nothing can be mounted.
   */
  readonly mapped: readonly PathMapping[];
  /** Starts a shell after a failure. @default nothing is started */
  readonly startShell?: StartShell | undefined;
  readonly signal: AbortSignal;
}

/** Prepares the directories of a build. The app must already be copied. */
export async function openBuildEnvironment(options: BuildEnvironmentOptions): Promise<BuildEnvironment> {
  const { builder, rootfs, work } = options;
  const image = sandboxFiles(rootfs, []);
  const home = homeOf(await textIfReadable(image, "/etc/passwd"), builder.uid) ?? "/";
  const own = await prepareMounts(options, image, home);
  makeNestedMountPoints(options.mounts, own, buildOwner(builder));
  const mounts = [...own, ...options.mounts];
  const copied = new Set(namesIn(work.app));
  const giveApp = once(async () => {
    if (work.imageModes?.app !== undefined) refuseCreated(namesIn(work.app).filter((name) => !copied.has(name)));
    if (options.backend === "direct") await giveTree(work.app, buildOwner(builder), options.signal);
  });
  return environmentIn(options, mounts, giveApp);
}

/** A buildpack can create files in the app during detect if the app's directory is a mount that everyone can write to. */
function refuseCreated([name]: readonly string[]): void {
  if (name === undefined) return;
  throw new CnbError(
    "SANDBOX_FAILED",
    `a buildpack created the file ${join(appDir, name)} during detect, which is not allowed`,
    {
      hint: "Report this to the author of the buildpack that writes this file: detect must not change the application.",
    },
  );
}

async function environmentIn(
  given: BuildEnvironmentOptions,
  mounts: readonly Mount[],
  giveApp: () => Promise<void>,
): Promise<BuildEnvironment> {
  const rootfs = await ownRoot(given, mounts);
  const options = { ...given, rootfs };
  const { builder, work } = options;
  const image = sandboxFiles(rootfs, []);
  const home = homeOf(await textIfReadable(image, "/etc/passwd"), builder.uid) ?? "/";
  const files = sandboxFiles(rootfs, [...mounts, ...options.mapped]);
  return {
    builder,
    rootfs,
    work,
    files,
    signal: options.signal,
    variables: inheritedEnv({ ...envOf(builder.image), ...options.proxyEnv, HOME: home }),
    platformEnv: await readEnvDirectory(files, `${work.inside.platform}/env`),
    operatorEnv: await readEnvDirectory(image, `${buildConfigDir}/env`),
    async run(execution) {
      if (execution.appWritable) await giveApp();
      return execute(options, mounts, withoutMounts(execution, options.mapped));
    },
    async afterFailure({ subject, execution, error }) {
      if (options.startShell === undefined || options.signal.aborted) return;
      const spec = specOf(options, mounts, withoutMounts(execution, options.mapped));
      await options.startShell({ subject, error, spec, backend: options.backend, signal: options.signal });
    },
    temporaryFile: (directory, name, text) => temporaryFile(options, directory, name, text),
    inExtended: (extended, root) =>
      environmentIn({ ...options, builder: { ...builder, image: extended }, rootfs: root }, mounts, giveApp),
  };
}

async function prepareMounts(
  options: BuildEnvironmentOptions,
  image: SandboxFiles,
  home: string,
): Promise<readonly Mount[]> {
  const { work, builder, backend, signal } = options;
  const { inside } = work;
  await writePlatform(
    work.platform,
    await readEnvDirectory(image, `${platformDir}/env`),
    await trusting(options, image),
  );
  const skeleton = home === "/" ? undefined : await image.find(home);
  const owner = buildOwner(builder);
  const isCopied = skeleton?.kind === "directory" && backend !== "direct";
  if (isCopied) await copyTree(skeleton.hostPath, work.home, { owner, signal });
  for (const dir of [work.layers, work.tmp]) if (owner) await chown(dir, owner.uid, owner.gid);
  const mounts = [
    { source: work.app, target: inside.app, readonly: false },
    { source: work.layers, target: inside.layers, readonly: false },
    { source: work.platform, target: inside.platform, readonly: true },
    { source: work.tmp, target: inside.tmp, readonly: false },
  ];
  return isCopied ? [...mounts, { source: work.home, target: home, readonly: false }] : mounts;
}

/** The user's environment variables, and those that point to the CA bundle. Writes the bundle. */
async function trusting(
  { work, userEnv, authorities }: BuildEnvironmentOptions,
  image: SandboxFiles,
): Promise<EnvDirectory> {
  if (!authorities) return userEnv;
  await writeFile(join(work.platform, trustFile), trustBundle(await textIfReadable(image, systemBundle), authorities));
  const variables = trustVariables(`${work.inside.platform}/${trustFile}`);
  return new Map([...Object.entries(variables), ...userEnv]);
}

/** Writes the directory `env`. The user's variables take precedence over the builder's. */
async function writePlatform(dir: string, fromBuilder: EnvDirectory, fromUser: EnvDirectory): Promise<void> {
  await mkdir(join(dir, "env"));
  for (const [name, value] of new Map([...fromBuilder, ...fromUser]))
    await writeFile(onDisk(join(dir, "env", name)), bytesOfName(value));
}

/** Returns a function that runs `work` only on its first call. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

async function execute(
  options: BuildEnvironmentOptions,
  mounts: readonly Mount[],
  execution: Execution,
): Promise<number> {
  const { backend, signal } = options;
  const sandbox = { backend, onOutput: execution.onOutput, stdio: "merged", signal } as const;
  const result = await runInSandbox(specOf(options, mounts, execution), sandbox);
  signal.throwIfAborted();
  return result.exitCode;
}

function specOf(
  { builder, rootfs, work, network, limits }: BuildEnvironmentOptions,
  mounts: readonly Mount[],
  { command, env, appWritable }: ExecutionContext,
): SandboxSpec {
  const { app } = work.inside;
  return {
    rootfs,
    rootfsWritable: false,
    mounts: mounts.map((mount) => (mount.target === app ? { ...mount, readonly: !appWritable } : mount)),
    command,
    env,
    cwd: app,
    uid: builder.uid,
    gid: builder.gid,
    network,
    ...defined({ limits }),
  };
}

async function temporaryFile(
  { work, builder }: BuildEnvironmentOptions,
  prefix: string,
  name: string,
  text: string,
): Promise<string> {
  const path = await writeTemporaryFile(work.tmp, { prefix, name, text, owner: buildOwner(builder) });
  return `${work.inside.tmp}/${path}`;
}
