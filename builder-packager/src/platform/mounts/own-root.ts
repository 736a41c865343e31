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
 * The root of a build. If a mount point of a volume or the app is missing in the builder, the build
 * gets its own root: all builds share the unpacked builder, and a mount point created there would
 * be visible to later builds. The files are hard links, because nothing writes to them.
 *
 * @param all that is mounted: places below what the build itself mounts are made in there.
 */
export async function ownRoot(
  { rootfs, work, backend, mounts }: AdditionalMounts,
  all: readonly Mount[],
): Promise<string> {
  if (!isNamespace(backend)) return rootfs;
  // below /cnb are only folders of buildpacks, which nobody sees but who is told of them
  const own = all.filter((mount) => !mounts.includes(mount));
  const taken = ["/cnb", ...own.map(({ target }) => target)];
  const others = mounts.filter(({ target }) => !taken.some((dir) => `${target}/`.startsWith(`${dir}/`)));
  // an app that lies elsewhere than usual
  const app = own.filter(({ target }) => target === work.inside.app && target !== appDir);
  const isThere = await Promise.all([...app, ...others].map(({ target }) => isInRoot(rootfs, target)));
  if (isThere.every(Boolean)) return rootfs;
  const root = join(work.dir, `root-${randomBytes(4).toString("hex")}`);
  await copyRoot(rootfs, root, "link");
  return root;
}

const isInRoot = async (rootfs: string, target: string): Promise<boolean> =>
  lstat(join(rootfs, await resolveInRoot(rootfs, target))).then(
    () => true,
    () => false,
  );
