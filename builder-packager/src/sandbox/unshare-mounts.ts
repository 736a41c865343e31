import type { FstabEntry } from "./fstab.ts";
import { deviceNodes } from "./mount-points.ts";
import { isInTmp } from "./places-in-tmp.ts";
import type { HostFacts, Mount, Overlay, PreparedSpec } from "./spec.ts";

/** The directory that the new root is assembled on. It exists on every Linux and none of the tools needs it. */
export const stage = "/sys";

/** What a plan needs to know besides the spec. */
export interface UnshareContext {
  readonly asRoot: boolean;
  readonly host: HostFacts;
  /**
   * A name that cannot be guessed, for the directory of the image in the staging root: the last tool of the host runs with
   * the command's environment, and an `LD_PRELOAD` there must not be able to name a file of the image.
   */
  readonly rootName: string;
}

/**
 * All mounts of a sandbox, in order. The staging root holds the host's tools read-only and, below `rootName`, the image.
 * Nothing else of the host stays in the mount namespace, so leaving the final chroot would lead nowhere.
 */
export function stageMounts(spec: PreparedSpec, context: UnshareContext): readonly FstabEntry[] {
  const root = `${stage}/${context.rootName}`;
  const bind = binder(context);
  return [
    ...context.host.toolDirs.map((dir) => mkdirs(bind({ source: dir, target: `${stage}${dir}`, readonly: true }))),
    // The user's map of the inner namespace is written through this one; root has none to write.
    mkdirs(bindEntry({ source: "/proc", target: `${stage}/proc`, readonly: context.asRoot }, "rbind")),
    mkdirs(rootMount(spec, root, bind)),
    { source: "proc", target: `${root}/proc`, type: "proc", options: ["nosuid", "nodev", "noexec"] },
    ...devices(root),
    tmpfs(`${root}/dev/shm`),
    mkdirs(bindEntry({ source: `${root}/dev`, target: `${stage}/dev`, readonly: false }, "rbind")),
    tmpfs(`${root}/tmp`),
    mkdirs(tmpfs(`${stage}/old`)), // where the old root is put before it goes away
    ...givenMounts(
      spec.mounts.filter((mount) => !isInTmp(mount)),
      context,
    ),
  ];
}

/** The mounts of a spec, at places that are there. */
export const givenMounts = (mounts: readonly Mount[], context: UnshareContext): readonly FstabEntry[] =>
  mounts.map((mount) => binder(context)({ ...mount, target: `${stage}/${context.rootName}${mount.target}` }));

/** In a user namespace a directory with mounts below it can only be bound together with them. */
const binder = (context: UnshareContext) => (mount: Mount) => bindEntry(mount, context.asRoot ? "bind" : "rbind");

function rootMount(spec: PreparedSpec, target: string, bind: (mount: Mount) => FstabEntry): FstabEntry {
  if (spec.overlay) return overlayEntry(spec.rootfs, spec.overlay, target);
  return bind({ source: spec.rootfs, target, readonly: !spec.rootfsWritable });
}

const overlayEntry = (lowerDir: string, { upperDir, workDir }: Overlay, target: string): FstabEntry => ({
  source: "overlay",
  target,
  type: "overlay",
  options: [`lowerdir=${lowerDir}`, `upperdir=${upperDir}`, `workdir=${workDir}`, "nosuid", "nodev", "userxattr"],
});

/** `nosuid` and `nodev` always: a user namespace refuses to drop them from a mount that has them already. */
const bindEntry = ({ source, target, readonly }: Mount, how: "bind" | "rbind"): FstabEntry => ({
  source,
  target,
  type: "none",
  options: [how, readonly ? "ro" : "rw", "nosuid", "nodev"],
});

const devices = (root: string): readonly FstabEntry[] =>
  deviceNodes.map((name) => ({
    source: `/dev/${name}`,
    target: `${root}/dev/${name}`,
    type: "none",
    options: ["bind"],
  }));

const tmpfs = (target: string): FstabEntry => ({
  source: "tmpfs",
  target,
  type: "tmpfs",
  options: ["mode=1777", "nosuid", "nodev"],
});

const mkdirs = (entry: FstabEntry): FstabEntry => ({ ...entry, options: [...entry.options, "X-mount.mkdir"] });
