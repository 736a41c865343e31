import { randomBytes } from "node:crypto";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { isNamespace } from "../../sandbox/backends/choose-backend.ts";
import { copyRoot } from "../../sandbox/backends/copied-root.ts";
import { resolveInRoot } from "../../sandbox/mounts/mount-points.ts";
import type { Mount, SandboxBackend } from "../../sandbox/spec.ts";
import { appDir } from "../paths.ts";
import type { WorkDir } from "../rootfs/work-dir.ts";

interface AdditionalMounts {
  readonly rootfs: string;
  readonly work: WorkDir;
  readonly backend: SandboxBackend;
  /** Additional mounts, such as volumes. */
  readonly mounts: readonly Mount[];
}

/**
 * Returns the root directory of a build. Usually all builds share the unpacked builder as their
 * root. If the builder lacks the mount point of a volume or of the app, the build gets a separate
 * root, because later builds would see a mount point created in the shared one. The files of the
 * separate root are hard links, because nothing writes to them.
 *
 * @param all all mounts of the build. A mount point inside another mount of the build is created in
 * that mount
 */
export async function ownRoot(
  { rootfs, work, backend, mounts }: AdditionalMounts,
  all: readonly Mount[],
): Promise<string> {
  if (!isNamespace(backend)) return rootfs;
  // below /cnb are only directories of buildpacks, which are visible only to processes that know their paths
  const own = all.filter((mount) => !mounts.includes(mount));
  const taken = ["/cnb", ...own.map(({ target }) => target)];
  const others = mounts.filter(({ target }) => !taken.some((dir) => `${target}/`.startsWith(`${dir}/`)));
  // an app that lies elsewhere than usual
  const app = own.filter(({ target }) => target === work.inside.app && target !== appDir);
  const isPresent = await Promise.all([...app, ...others].map(({ target }) => isInRoot(rootfs, target)));
  if (isPresent.every(Boolean)) return rootfs;
  const root = join(work.dir, `root-${randomBytes(4).toString("hex")}`);
  await copyRoot(rootfs, root, "link");
  return root;
}

const isInRoot = async (rootfs: string, target: string): Promise<boolean> =>
  lstat(join(rootfs, await resolveInRoot(rootfs, target))).then(
    () => true,
    () => false,
  );
