import type { Dirent } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../../errors.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { mountPoint } from "../mounts/mount-points.ts";
import type { Mount, PreparedSpec, Tmpfs } from "../spec.ts";

/** Entries of the root directory that the engine itself creates in every container. */
const ofTheEngine = new Set(["proc", "sys", "dev", ".dockerenv"]);

/**
 * Files that engines mount into a container. Engines cannot create these mount points in a
 * read-only directory.
 */
const mountedByEngines = ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/run/.containerenv"];
/** Files that podman replaces with its own unless they are mounted. */
const accountFiles = ["/etc/passwd", "/etc/group"];

/**
 * The root of a container, from an unpacked image: its top-level directories and files are mounted,
 * and its top-level links are in the container's image.
 */
export interface ContainerRoot {
  readonly mounts: readonly Mount[];
  /** The links that the container's image contains. The image contains nothing else. */
  readonly links: readonly TarEntry[];
  /** The tmpfs mounts, except those whose path is also the target of another mount. */
  readonly tmpfs: readonly Tmpfs[];
}

/**
 * Prepares the root of a container without loading the image into the engine. The container uses
 * the same unpacked files as other sandboxes.
 */
export async function containerRoot(spec: PreparedSpec): Promise<ContainerRoot> {
  for (const file of mountedByEngines) await filePoint(spec, file);
  for (const { target } of spec.mounts.filter(({ kind }) => kind === "file")) await filePoint(spec, target);
  const names = await readdir(spec.rootfs, { withFileTypes: true });
  const accounts = await Promise.all(accountFiles.map((file) => ownFile(spec, file)));
  const covered = new Set(spec.mounts.map(({ target }) => target));
  const tmpfs = spec.tmpfs.filter(({ target }) => !covered.has(target));
  for (const { target } of tmpfs) covered.add(target);
  const own = names.filter(({ name }) => !ofTheEngine.has(name) && !covered.has(`/${name}`));
  const links = own.filter((entry) => entry.isSymbolicLink());
  return {
    mounts: lastOfEach([
      ...own.filter(isMountable).map((entry) => rootMount(spec, entry)),
      ...accounts,
      ...spec.mounts,
    ]),
    links: await Promise.all(links.map(({ name }) => linkEntry(spec.rootfs, name))),
    tmpfs,
  };
}

const isMountable = (entry: Dirent): boolean => entry.isDirectory() || entry.isFile();

const rootMount = ({ rootfs, rootfsWritable }: PreparedSpec, { name }: Dirent): Mount => ({
  source: join(rootfs, name),
  target: `/${name}`,
  readonly: !rootfsWritable,
});

async function ownFile({ rootfs, rootfsWritable }: PreparedSpec, file: string): Promise<Mount> {
  const target = await filePoint({ rootfs }, file);
  return { source: join(rootfs, target), target, readonly: !rootfsWritable };
}

/**
 * Creates a mount point for a file, or checks a file that the engine's runtime opens. The runtime
 * would wait forever at a named pipe.
 *
 * @throws CnbError SANDBOX_FAILED
 */
async function filePoint({ rootfs }: Pick<PreparedSpec, "rootfs">, file: string): Promise<string> {
  const target = await mountPoint(rootfs, file, "file");
  const stats = await lstat(join(rootfs, target));
  if (stats.isFile()) return target;
  throw new CnbError(
    "SANDBOX_FAILED",
    `cannot start a container: ${file} in the image is not a regular file, and the container engine would open it`,
    {
      hint: `Remove ${file} from the image.`,
    },
  );
}

/** Keeps the last mount of each target, because engines refuse two mounts with the same target. */
const lastOfEach = (mounts: readonly Mount[]): readonly Mount[] => [
  ...new Map(mounts.map((mount) => [mount.target, mount])).values(),
];

async function linkEntry(rootfs: string, name: string): Promise<TarEntry> {
  return {
    type: "symlink",
    path: name,
    mode: 0o777,
    uid: 0,
    gid: 0,
    target: await readlink(join(rootfs, name)),
  };
}
