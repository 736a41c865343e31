import { realpath } from "node:fs/promises";
import { cacheDir } from "../cache-dirs.ts";
import { chooseBackend } from "../sandbox/choose-backend.ts";
import { unpackImage } from "../sandbox/unpack-image.ts";
import { type AddedBuildpacks, mountsOfAdded } from "./added-buildpacks.ts";
import { type BuildImageOptions, type BuildSettings, outputsOf } from "./build-options.ts";
import { type BuildRoom, openBuildRoom } from "./build-room.ts";
import type { Builder } from "./builder.ts";
import { readAuthorities } from "./certificate-trust.ts";
import { copyTree } from "./copy-tree.ts";
import { ownPlaces } from "./places.ts";
import { buildOwner, gitMode, type WorkDir } from "./work-dir.ts";

/** Unpacks the builder and the buildpacks added to it and copies the app, side by side. */
export async function prepareRoom(
  work: WorkDir,
  builder: Builder,
  added: AddedBuildpacks | undefined,
  options: BuildSettings,
): Promise<BuildRoom> {
  const { env, reporter, signal, network = true, userEnv = new Map() } = options;
  const [rootfs, mounts, backend] = await Promise.all([
    unpackImage(builder.image, { cacheDir: cacheDir(env), reporter }),
    added ? mountsOfAdded(added, builder, options) : [],
    chooseBackend(),
    copyApp(work, builder, options),
  ]);
  const authorities = await readAuthorities(options.certificates ?? []);
  const proxyEnv = network ? proxiesOf(env) : {};
  return openBuildRoom({ builder, rootfs, work, backend, userEnv, proxyEnv, network, authorities, mounts, signal });
}

async function copyApp(work: WorkDir, builder: Builder, options: BuildSettings): Promise<void> {
  const { app, reporter, signal } = options;
  const own = await ownFolders(work, options);
  await copyTree(await realpath(app), work.app, {
    mode: gitMode,
    ...options.fileFilter,
    isExcluded(path, kind) {
      if (!own.has(path)) return options.fileFilter?.isExcluded?.(path, kind) ?? false;
      reporter.warn(`${path} is left out of the application: cnb writes it`);
      return true;
    },
    owner: buildOwner(builder),
    onSkipped: (path) => reporter.warn(`${path} is left out: it is a socket, a pipe or a device`),
    signal,
  });
}

const ownFolders = (work: WorkDir, options: BuildImageOptions): Promise<ReadonlySet<string>> =>
  ownPlaces(options.app, outputsOf(options), [
    ...[cacheDir(options.env), work.dir],
    ...(options.cache === undefined ? [] : [options.cache]),
  ]);

function proxiesOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
