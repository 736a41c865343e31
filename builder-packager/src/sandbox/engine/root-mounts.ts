import type { Dirent } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../../errors.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { mountPoint } from "../mounts/mount-points.ts";
import type { Mount, PreparedSpec, Tmpfs } from "../spec.ts";

/** What the engine itself puts into every container. */
const ofTheEngine = new Set(["proc", "sys", "dev", ".dockerenv"]);

/** Files that engines mount, for which they cannot make a place in a directory that is read-only. */
const mountedByEngines = ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/run/.containerenv"];
/** podman makes its own of these, unless they are mounted. */
const accountFiles = ["/etc/passwd", "/etc/group"];

/**
 * The root of a container from an unpacked image: its top-level directories are mounted, its links
 * are in an image.
 */
export interface ContainerRoot {
  readonly mounts: readonly Mount[];
  /** The links in the otherwise empty image of the container. */
  readonly links: readonly TarEntry[];
  /** Directories in memory, without those that something else is mounted on. */
  readonly tmpfs: readonly Tmpfs[];
}

/**
 * Prepares the root without loading anything into the engine: it uses the same files as the other
 * sandboxes.
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
 * What a file is mounted on, or the runtime reads. The runtime of an engine opens it, and would wait for ever at a named pipe.
 *
 * @throws CnbError SANDBOX_FAILED
 */
async function filePoint({ rootfs }: Pick<PreparedSpec, "rootfs">, file: string): Promise<string> {
  const target = await mountPoint(rootfs, file, "file");
  const stats = await lstat(join(rootfs, target));
  if (stats.isFile()) return target;
  throw new CnbError("SANDBOX_FAILED", `${file} in the image is not a regular file, and the engine would open it`, {
    hint: "Remove it from the image.",
  });
}

/** Engines refuse two mounts at one place. */
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
