import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { unpackInCache } from "../../cache/unpack.ts";
import { cacheDir } from "../../cache-dirs.ts";
import { CnbError } from "../../errors.ts";
import { formatImageReference } from "../../oci/model/reference.ts";
import { chooseBackend } from "../../sandbox/backends/choose-backend.ts";
import { checkPlatform } from "../../sandbox/emulation.ts";
import { findShell } from "../../sandbox/mounts/find-shell.ts";
import type { Mount, SandboxBackend } from "../../sandbox/spec.ts";
import { untilAborted } from "../../until-aborted.ts";
import { waitingLine } from "../../waiting.ts";
import { type AddedBuildpacks, type BuildSettings, outputsOf } from "../build-options.ts";
import type { Builder } from "../images/builder.ts";
import { readAuthorities } from "../mounts/certificate-trust.ts";
import { type MountSettings, userMounts } from "../mounts/user-mounts.ts";
import { ownOutputPaths } from "../output-paths.ts";
import { checkWorkspace } from "../workspace.ts";
import { copiesOfAdded, mountsOfAdded } from "./added-buildpacks.ts";
import { type BuildEnvironment, openBuildEnvironment } from "./build-environment.ts";
import { copyTree } from "./copy-tree.ts";
import { failureShell } from "./failure-shell.ts";
import { buildOwner, gitMode, type WorkDir } from "./work-dir.ts";

/** The inputs of {@link prepareRootfs}. */
export interface PrepareInput {
  readonly work: WorkDir;
  readonly builder: Builder;
  /** The buildpacks to add to the builder's own; undefined if there are none. */
  readonly added: AddedBuildpacks | undefined;
  readonly settings: RootfsSettings;
}

/** The options of a build that affect its environment. */
export type RootfsSettings = AppSettings &
  UnpackSettings &
  MountSettings &
  Pick<BuildSettings, "userEnv" | "network" | "memoryBytes" | "certificates" | "shellOnFailure">;

/** The options that determine what is copied of the app. */
type AppSettings = Pick<
  BuildSettings,
  | "app"
  | "fileFilter"
  | "output"
  | "tags"
  | "cache"
  | "reportFile"
  | "sbomDir"
  | "ownFiles"
  | "backend"
  | "env"
  | "reporter"
  | "signal"
>;

/** The options that determine where the builder is unpacked. */
type UnpackSettings = Pick<BuildSettings, "backend" | "env" | "reporter" | "signal">;

/** Unpacks the builder, unpacks the added buildpacks, and copies the app, all concurrently. */
export async function prepareRootfs({ work, builder, added, settings }: PrepareInput): Promise<BuildEnvironment> {
  const isDirect = settings.backend === "direct";
  if (!isDirect)
    await checkPlatform(builder.image.config, formatImageReference(builder.reference), () => backendOf(settings));
  const { env, signal, network = true, userEnv = new Map(), memoryBytes, certificates = [] } = settings;
  const given = await userMounts({ work, builder, settings });
  const [rootfs, buildpacks, backend] = await Promise.all([
    rootOf(builder, work, settings),
    added ? pathsOfAdded(added, builder, work, settings) : [],
    backendOf(settings),
    copyApp(work, builder, settings),
  ]);
  if (settings.shellOnFailure) await checkShell(rootfs, builder);
  const authorities = await readAuthorities(certificates);
  const proxyEnv = network ? proxiesOf(env) : {};
  const limits = memoryBytes === undefined ? undefined : { memoryBytes };
  const [mounts, mapped] = isDirect ? [given, buildpacks] : [[...buildpacks, ...given], []];
  return openBuildEnvironment({
    builder,
    rootfs,
    work,
    backend,
    userEnv,
    proxyEnv,
    network,
    limits,
    authorities,
    mounts,
    mapped,
    startShell: settings.shellOnFailure ? failureShell(settings.reporter, env) : undefined,
    signal,
  });
}

async function checkShell(rootfs: string, { reference }: Builder): Promise<void> {
  if ((await findShell(rootfs)) !== undefined) return;
  throw new CnbError("SHELL_NOT_FOUND", `${formatImageReference(reference)} has neither bash nor sh`, {
    hint: "Remove --shell-on-failure, or use a builder with a shell.",
  });
}

const pathsOfAdded = (
  added: AddedBuildpacks,
  builder: Builder,
  work: WorkDir,
  settings: UnpackSettings,
): Promise<readonly Mount[]> =>
  settings.backend === "direct"
    ? copiesOfAdded(added, builder, work, settings.signal)
    : mountsOfAdded(added, builder, settings);

/**
 * The root file system of the build: that of the container in which cnb runs, or the unpacked
 * builder image.
 */
async function rootOf(
  { image }: Builder,
  { inside }: WorkDir,
  { backend, env, reporter, signal }: UnpackSettings,
): Promise<string> {
  if (backend === "direct") return "/";
  const rootfs = await unpackInCache(image, { cacheDir: cacheDir(env), reporter, signal });
  await checkWorkspace(rootfs, inside.app);
  return rootfs;
}

const backendOf = ({ backend, reporter, signal }: UnpackSettings): Promise<SandboxBackend> =>
  backend === "direct" ? Promise.resolve(backend) : untilAborted(chooseBackend(backend, waitingLine(reporter)), signal);

async function copyApp(work: WorkDir, builder: Builder, settings: AppSettings): Promise<void> {
  const { app, fileFilter, reporter, signal } = settings;
  const own = await ownPaths(work, settings);
  const isDirect = settings.backend === "direct";
  await copyTree(await realpath(app), work.app, {
    // Detection must neither own nor write the app if it cannot be mounted read-only.
    mode: isDirect ? (mode, kind) => gitMode(mode, kind) & ~0o222 : gitMode,
    ...fileFilter,
    isExcluded(path, kind) {
      if (!own.has(path)) return fileFilter?.isExcluded?.(path, kind) ?? false;
      reporter.warn(`ignoring ${path} of the application: cnb creates this file itself`);
      return true;
    },
    owner: isDirect ? undefined : buildOwner(builder),
    onSkipped: (path) => reporter.warn(`ignoring ${path} of the application: it is a socket, a pipe or a device`),
    signal,
  });
}

function ownPaths(work: WorkDir, settings: AppSettings): Promise<ReadonlySet<string>> {
  const { app, cache, env, reportFile, sbomDir, ownFiles = [] } = settings;
  const sboms = sbomDir === undefined ? undefined : join(sbomDir, "sbom");
  const optional = [cache, reportFile, sboms].filter((path) => path !== undefined);
  return ownOutputPaths(app, outputsOf(settings), [cacheDir(env), work.dir, ...optional, ...ownFiles]);
}

function proxiesOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
