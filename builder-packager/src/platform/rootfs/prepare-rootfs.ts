import { realpath } from "node:fs/promises";
import { unpackInCache } from "../../cache/unpack.ts";
import { cacheDir } from "../../cache-dirs.ts";
import { formatImageReference } from "../../oci/model/reference.ts";
import { chooseBackend } from "../../sandbox/backends/choose-backend.ts";
import { checkPlatform } from "../../sandbox/emulation.ts";
import type { Mount, SandboxBackend } from "../../sandbox/spec.ts";
import { untilAborted } from "../../until-aborted.ts";
import { waitingLine } from "../../waiting.ts";
import { type AddedBuildpacks, type BuildImageOptions, type BuildSettings, outputsOf } from "../build-options.ts";
import type { Builder } from "../images/builder.ts";
import { readAuthorities } from "../mounts/certificate-trust.ts";
import { userMounts } from "../mounts/user-mounts.ts";
import { ownOutputPaths } from "../output-paths.ts";
import { checkWorkspace } from "../workspace.ts";
import { copiesOfAdded, mountsOfAdded } from "./added-buildpacks.ts";
import { type BuildEnvironment, openBuildEnvironment } from "./build-environment.ts";
import { copyTree } from "./copy-tree.ts";
import { buildOwner, gitMode, type WorkDir } from "./work-dir.ts";

/** Unpacks the builder and the buildpacks added to it and copies the app, side by side. */
export async function prepareRootfs(
  work: WorkDir,
  builder: Builder,
  added: AddedBuildpacks | undefined,
  options: BuildSettings,
): Promise<BuildEnvironment> {
  if (options.backend !== "direct")
    await checkPlatform(builder.image.config, formatImageReference(builder.reference), () => backendOf(options));
  const { env, signal, network = true, userEnv = new Map(), memoryBytes } = options;
  const given = await userMounts(options, builder, work);
  const [rootfs, buildpacks, backend] = await Promise.all([
    rootOf(builder, work, options),
    added ? pathsOfAdded(added, builder, work, options) : [],
    backendOf(options),
    copyApp(work, builder, options),
  ]);
  const authorities = await readAuthorities(options.certificates ?? []);
  const proxyEnv = network ? proxiesOf(env) : {};
  const limits = memoryBytes === undefined ? undefined : { memoryBytes };
  const [mounts, mapped] = options.backend === "direct" ? [given, buildpacks] : [[...buildpacks, ...given], []];
  const environment = {
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
    signal,
  };
  return openBuildEnvironment(environment);
}

const pathsOfAdded = (
  added: AddedBuildpacks,
  builder: Builder,
  work: WorkDir,
  options: BuildSettings,
): Promise<readonly Mount[]> =>
  options.backend === "direct"
    ? copiesOfAdded(added, builder, work, options.signal)
    : mountsOfAdded(added, builder, options);

/** The container that cnb is in is the builder, or its image is unpacked. */
async function rootOf(
  { image }: Builder,
  { inside }: WorkDir,
  { backend, env, reporter, signal }: BuildImageOptions,
): Promise<string> {
  if (backend === "direct") return "/";
  const rootfs = await unpackInCache(image, { cacheDir: cacheDir(env), reporter, signal });
  await checkWorkspace(rootfs, inside.app);
  return rootfs;
}

const backendOf = ({ backend, reporter, signal }: BuildImageOptions): Promise<SandboxBackend> =>
  backend === "direct" ? Promise.resolve(backend) : untilAborted(chooseBackend(backend, waitingLine(reporter)), signal);

async function copyApp(work: WorkDir, builder: Builder, options: BuildSettings): Promise<void> {
  const { app, reporter, signal } = options;
  const own = await ownFolders(work, options);
  const isDirect = options.backend === "direct";
  await copyTree(await realpath(app), work.app, {
    // Where nothing can be mounted read-only, detection must neither own nor write the app.
    mode: isDirect ? (mode, kind) => gitMode(mode, kind) & ~0o222 : gitMode,
    ...options.fileFilter,
    isExcluded(path, kind) {
      if (!own.has(path)) return options.fileFilter?.isExcluded?.(path, kind) ?? false;
      reporter.warn(`${path} is left out of the application: cnb writes it`);
      return true;
    },
    owner: isDirect ? undefined : buildOwner(builder),
    onSkipped: (path) => reporter.warn(`${path} is left out: it is a socket, a pipe or a device`),
    signal,
  });
}

const ownFolders = (work: WorkDir, options: BuildImageOptions): Promise<ReadonlySet<string>> =>
  ownOutputPaths(options.app, outputsOf(options), [
    cacheDir(options.env),
    work.dir,
    ...(options.cache === undefined ? [] : [options.cache]),
  ]);

function proxiesOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
