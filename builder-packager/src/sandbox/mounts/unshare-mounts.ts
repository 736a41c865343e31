import { constants } from "node:fs";
import { type MemoryFiles, sandboxSizes, tmpfsSize } from "../limits/default-limits.ts";
import type { Mount, Overlay, PreparedSpec, Tmpfs } from "../spec.ts";
import type { Step } from "../syscalls/program.ts";
import { maskedInProc, settingsInProc } from "./masked-files.ts";
import { deviceNodes } from "./mount-points.ts";

/** The directory on which the new root is assembled. It exists on every Linux system. */
const stage = "/sys";

/** The inputs of the mount steps that the `SandboxSpec` does not contain. */
export interface MountContext {
  readonly asRoot: boolean;
}

// of linux/mount.h and linux/fcntl.h
const flags = { ro: 1, nosuid: 2, nodev: 4, noexec: 8, remount: 32, bind: 4096, rec: 16384 } as const;
const ownFlags = flags.nosuid | flags.nodev;
const { O_DIRECTORY: directoryOnly, O_NOFOLLOW: noFollow } = constants; // these differ between architectures
const [pathOnly, closeOnExec] = [0o10000000, 0o2000000];
const workingDir = -100;
const detach = 2;
/** The file descriptor of the mount point that was opened last. */
const pointFd = 6;

/**
 * A mount below the image's root. Its target begins with a slash, and contains neither links nor
 * `..`.
 */
interface Entry {
  readonly source: string;
  readonly target: string;
  readonly kind: "directory" | "file";
  readonly type?: "proc" | "tmpfs";
  readonly options: readonly (keyof typeof flags)[];
  readonly data?: string;
  /** True to create the mount point, in one of the sandbox's tmpfs mounts. */
  readonly make?: boolean;
}

/**
 * Returns the steps that mount all file systems of a sandbox, in order, change its root, and detach
 * the old root. A mount point is never reached through a link in the image or in an earlier mount,
 * because each component of its path is opened separately.
 */
export function mountSteps(spec: PreparedSpec, context: MountContext): readonly Step[] {
  const root = `${stage}/root`;
  const enter = `enter ${root}`;
  return [
    { what: `mount tmpfs on ${stage}`, call: "mount", args: ["tmpfs", stage, "tmpfs", ownFlags, "mode=700"] },
    { what: `create ${root}`, call: "mkdirat", args: [workingDir, root, 0o755] },
    ...mountRoot(spec, root, context),
    { what: enter, call: "chdir", args: [root] },
    ...ownMounts(spec).flatMap((entry) => mountAt(entry)),
    ...spec.mounts.flatMap((mount) => mountAt(mountOf(spec, mount, context))),
    { what: "change the root directory to the image's files", call: "pivot_root", args: [".", "."] },
    { what: "unmount the file systems of the machine", call: "umount2", args: [".", detach] },
    { what: "enter the new root directory", call: "chdir", args: ["/"] },
    ...protectProc(),
  ];
}

/**
 * The options of a bind mount. In a user namespace, a directory with mounts below it can only be
 * bound recursively.
 */
const bindOptions = ({ readonly }: Pick<Mount, "readonly">, { asRoot }: MountContext): Entry["options"] => [
  "bind",
  ...(asRoot ? [] : ["rec" as const]),
  ...(readonly ? ["ro" as const] : []),
  // always: a user namespace refuses to drop them from a mount that has them already
  "nosuid" as const,
  "nodev" as const,
];

function mountRoot(spec: PreparedSpec, root: string, context: MountContext): readonly Step[] {
  if (spec.overlay) return mountOverlay(spec, spec.overlay, root);
  const options = bindOptions({ readonly: !spec.rootfsWritable }, context);
  return bind(spec.rootfs, root, options);
}

function mountOverlay(
  { rootfs, rootfsWritable }: PreparedSpec,
  { upperDir, workDir }: Overlay,
  target: string,
): readonly Step[] {
  const data = `lowerdir=${rootfs},upperdir=${upperDir},workdir=${workDir},userxattr`;
  const args = ["overlay", target, "overlay", ownFlags | (rootfsWritable ? 0 : flags.ro), data];
  return [{ what: `mount an overlay over ${rootfs}`, call: "mount", args }];
}

/** The sandbox's own mounts: /proc, device nodes and tmpfs. */
function ownMounts({ tmpfs }: PreparedSpec): readonly Entry[] {
  const { shm, tmp } = sandboxSizes();
  return [
    {
      source: "proc",
      target: "/proc",
      kind: "directory",
      type: "proc",
      options: ["nosuid", "nodev", "noexec"],
    },
    ...deviceNodes.map((name): Entry => {
      return { source: `/dev/${name}`, target: `/dev/${name}`, kind: "file", options: ["bind"] };
    }),
    tmpfsEntry({ target: "/dev/shm" }, shm, []),
    ...tmpfs.map((each, index) => tmpfsEntry(each, tmpfsSize(each, tmp), tmpfs.slice(0, index))),
  ];
}

const tmpfsEntry = (
  { target, mode = 0o1777 }: Tmpfs,
  { bytes, files }: MemoryFiles,
  around: readonly Tmpfs[],
): Entry => ({
  source: "tmpfs",
  target,
  kind: "directory",
  type: "tmpfs",
  options: ["nosuid", "nodev"],
  data: `mode=${mode.toString(8)},size=${bytes},nr_inodes=${files}`,
  make: isBelow(around, target),
});

function mountOf({ tmpfs }: PreparedSpec, mount: PreparedSpec["mounts"][number], context: MountContext): Entry {
  const { source, target, kind } = mount;
  return { source, target, kind, options: bindOptions(mount, context), make: isBelow(tmpfs, target) };
}

const isBelow = (dirs: readonly Tmpfs[], path: string): boolean =>
  dirs.some(({ target }) => path.startsWith(`${target}/`));

function mountAt(entry: Entry): readonly Step[] {
  const { source, target, type, options, data } = entry;
  const point = `/proc/self/fd/${pointFd}`;
  const what = `mount ${source} on ${target}`;
  const open = openPoint(entry);
  if (type === undefined) return [...open, ...bind(source, point, options, { what, reopen: openPoint(entry) })];
  return [...open, { what, call: "mount", args: [source, point, type, maskOf(options), data ?? 0] }];
}

const maskOf = (options: Entry["options"]): number => options.reduce((mask, option) => mask | flags[option], 0);

/**
 * Creates a bind mount. Its options are set by a second call, which does not affect mounts below
 * it.
 */
function bind(
  source: string,
  target: string,
  options: Entry["options"],
  { what = `mount ${source}`, reopen = [] }: { readonly what?: string; readonly reopen?: readonly Step[] } = {},
): readonly Step[] {
  const how = options.includes("rec") ? flags.bind | flags.rec : flags.bind;
  const first: Step = { what, call: "mount", args: [source, target, 0, how, 0] };
  const others = options.filter((option) => option !== "bind" && option !== "rec");
  if (others.length === 0) return [first];
  const mask = flags.remount | flags.bind | maskOf(others);
  // A user namespace may not take away what a mount of the machine has: these are added then, and so stay.
  const masks = [0, flags.noexec, flags.ro, flags.ro | flags.noexec].map((more) => mask | more);
  const attempts = masks.map((each, index): Step => {
    const isLast = index + 1 === masks.length;
    const goOn = isLast ? {} : ({ onSuccess: masks.length - index, onError: "next" } as const);
    return { what, call: "mount", args: [0, target, 0, each, 0], ...goOn };
  });
  return [first, ...reopen, ...attempts];
}

/** Opens a mount point below the working directory, name by name. */
function openPoint({ target, kind, make }: Entry): readonly Step[] {
  const what = `find the mount point ${target}`;
  const names = target.split("/").filter(Boolean);
  const isDirectory = (index: number): boolean => index + 1 < names.length || kind === "directory";
  const open = (dir: number, name: string, how: number): readonly Step[] => [
    { what, call: "openat", args: [dir, name, pathOnly | noFollow | closeOnExec | how], passResult: true },
    { what, call: "dup3", args: [0, pointFd, closeOnExec] },
  ];
  return [
    ...open(workingDir, ".", directoryOnly),
    // Closes the descriptors that were opened on the way to other mount points. Linux before 5.9
    // closes them when the command starts.
    { what, call: "close_range", args: [pointFd + 1, 0xffffffff, 0], onError: "next" },
    ...names.flatMap((name, index) => [
      ...(make ? [makePoint(name, isDirectory(index), what)] : []),
      ...open(pointFd, name, isDirectory(index) ? directoryOnly : 0),
    ]),
  ];
}

const regularFile = 0o100000;

/** Creates a mount point; an existing one is kept. */
const makePoint = (name: string, isDirectory: boolean, what: string): Step =>
  isDirectory
    ? { what, onError: "next", call: "mkdirat", args: [pointFd, name, 0o755] }
    : { what, onError: "next", call: "mknodat", args: [pointFd, name, regularFile | 0o644, 0] };

const protectProc = (): readonly Step[] => [
  ...settingsInProc().flatMap((path) => bind(path, path, ["bind", "ro", "nosuid", "nodev", "noexec"])),
  ...maskedInProc().flatMap((file) => bind("/dev/null", file, ["bind"])),
];
