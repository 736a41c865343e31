import { lstat, mkdir, readlink, realpath, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Mount, PreparedMount, PreparedSpec, SandboxSpec, Tmpfs } from "../spec.ts";

/** The names of device nodes in /dev that every program may expect. */
export const deviceNodes = ["null", "zero", "full", "random", "urandom", "tty"];
const deviceLinks = { fd: "", stdin: "/0", stdout: "/1", stderr: "/2" };
const maxLinks = limits.links.most;

/**
 * Creates missing mount points below `spec.rootfs`, and resolves their paths. Nothing outside of
 * `spec.rootfs` is modified.
 */
export async function prepareMountPoints(spec: SandboxSpec): Promise<PreparedSpec> {
  const { rootfs } = spec;
  for (const dir of ["/proc", "/dev", "/dev/shm"]) await ownPoint(rootfs, dir, "directory");
  for (const name of deviceNodes) await ownPoint(rootfs, `/dev/${name}`, "file");
  for (const [name, suffix] of Object.entries(deviceLinks)) await ensureLink(join(rootfs, "/dev", name), suffix);
  const tmpfs: Tmpfs[] = [];
  for (const each of spec.tmpfs ?? [{ target: "/tmp" }]) {
    const target = await locationOf(spec, each.target, "directory");
    checkTarget(each.target, target);
    tmpfs.push({ ...each, target });
  }
  const mounts: PreparedMount[] = [];
  for (const mount of [...(spec.network ? await resolverFiles() : []), ...spec.mounts]) {
    const kind = await kindOf(mount);
    const target = await locationOf(spec, mount.target, kind);
    checkTarget(mount.target, target);
    await checkNested(mounts, target);
    mounts.push({ ...mount, target, kind });
  }
  return { ...spec, mounts, tmpfs };
}

/**
 * Creates a mount point of the sandbox's own, such as /proc. It must be exactly at this path: a
 * link in the image would redirect the mount.
 */
async function ownPoint(rootfs: string, target: string, kind: Kind): Promise<void> {
  const path = await mountPoint(rootfs, target, kind);
  const stats = await lstat(join(rootfs, target));
  const fits = kind === "directory" ? stats.isDirectory() : !stats.isDirectory();
  if (path === target && fits) return;
  const found = path === target ? `is not a ${kind}` : `is a symbolic link to ${path}`;
  throw new CnbError(
    "SANDBOX_FAILED",
    `the image cannot be run: its ${target} ${found}, but the sandbox mounts its own ${target} there`,
    { hint: `Remove ${target} from the image.` },
  );
}

/**
 * Refuses a mount on the root directory or below /proc and /dev, also if it leads there through a
 * symbolic link.
 */
function checkTarget(target: string, path: string): void {
  const taken = ["/proc", "/dev"].find((dir) => path === dir || path.startsWith(`${dir}/`));
  if (path !== "/" && taken === undefined) return;
  const [nothing, hint] = [`nothing can be mounted at ${target}`, "Choose another mount point."];
  if (target === path)
    throw new CnbError("SANDBOX_FAILED", `${nothing}: the sandbox mounts its own ${taken ?? path} there`, { hint });
  const own = taken === undefined ? "the root directory" : `${path}, but the sandbox mounts its own ${taken}`;
  throw new CnbError("SANDBOX_FAILED", `${nothing}: in the image, a symbolic link leads from there to ${own}`, {
    hint: "Choose another mount point, or remove the symbolic link from the image.",
  });
}

/**
 * Refuses a mount inside another mount if its path there contains a symbolic link, which could
 * redirect it.
 */
async function checkNested(mounts: readonly PreparedMount[], target: string): Promise<void> {
  const around = mounts.findLast((mount) => target.startsWith(`${mount.target}/`));
  if (around === undefined) return;
  let file = around.source;
  for (const name of target.slice(around.target.length + 1).split("/")) {
    file = join(file, name);
    if ((await linkTarget(file)) === undefined) continue;
    throw new CnbError("SANDBOX_FAILED", `nothing can be mounted at ${target}: ${file} is a symbolic link`, {
      hint: `Choose another mount point, or remove the link ${file}.`,
    });
  }
}

/**
 * Creates a mount point in the root file system, which other sandboxes may share, unless the
 * overlay's upper directory already has it.
 */
async function locationOf({ rootfs, overlay }: SandboxSpec, target: string, kind: Kind): Promise<string> {
  const path = await resolveInRoot(rootfs, target);
  if (overlay && (await exists(join(overlay.upperDir, path)))) return path;
  return mountPoint(rootfs, target, kind);
}

type Kind = "file" | "directory";

/**
 * Returns the type of a mount's source: file or directory. Throws SANDBOX_FAILED if the source does
 * not exist.
 */
export async function kindOf({ source }: Mount): Promise<Kind> {
  const stats = await stat(source).catch((cause: unknown) => {
    throw new CnbError("SANDBOX_FAILED", `${source} cannot be mounted in the sandbox`, {
      cause,
      hint: "Check that the path exists, and that you have permission to read it.",
    });
  });
  return stats.isDirectory() ? "directory" : "file";
}

/**
 * The mounts of the host's resolver settings: with a shared network, host names resolve as on the
 * host.
 */
async function resolverFiles(): Promise<readonly Mount[]> {
  const found = await Promise.all(
    ["/etc/resolv.conf", "/etc/hosts"].map(async (target) => {
      const source = await realpath(target).catch(() => undefined);
      return source ? [{ source, target, readonly: true }] : [];
    }),
  );
  return found.flat();
}

const otherPath = "Choose another mount point, or correct this path in the image.";

/** Creates a mount point in an image if it is missing, and returns its real path. */
export async function mountPoint(rootfs: string, target: string, kind: Kind): Promise<string> {
  const path = await resolveInRoot(rootfs, target);
  const file = join(rootfs, path);
  const stats = await lstat(file).catch(() => undefined);
  if (!stats) {
    await makeDirectory(kind === "directory" ? file : dirname(file), target);
    if (kind === "file") await writeFile(file, "", { flag: "a" });
  } else if (stats.isDirectory() !== (kind === "directory")) {
    const found = stats.isDirectory() ? "a directory" : "not a directory";
    throw new CnbError(
      "SANDBOX_FAILED",
      `a ${kind} cannot be mounted at ${target}: in the image, this path is ${found}`,
      { hint: otherPath },
    );
  }
  return path;
}

async function makeDirectory(dir: string, target: string): Promise<void> {
  await mkdir(dir, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST" && cause.code !== "ENOTDIR") throw cause;
    const why = "a part of its path is not a directory";
    throw new CnbError("SANDBOX_FAILED", `the mount point ${target} cannot be created in the image: ${why}`, {
      cause,
      hint: otherPath,
    });
  });
}

/**
 * Resolves symbolic links as a process inside `rootfs` would: an absolute link starts at `rootfs`,
 * and `..` does not leave it. Components that do not exist stay unchanged.
 */
export async function resolveInRoot(rootfs: string, path: string): Promise<string> {
  let pending = path.split("/");
  let resolved = "";
  for (let links = 0; pending.length > 0; ) {
    const [name = "", ...rest] = pending;
    pending = rest;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      resolved = dirname(resolved || "/").replace(/^\/$/, "");
      continue;
    }
    const target = await linkTarget(`${rootfs}${resolved}/${name}`);
    if (target === undefined) {
      resolved = `${resolved}/${name}`;
      continue;
    }
    if (++links > maxLinks)
      throw new CnbError("SANDBOX_FAILED", `${path} in the image leads through too many symbolic links`, {
        hint: otherPath,
      });
    if (target.startsWith("/")) resolved = "";
    pending = [...target.split("/"), ...pending];
  }
  return resolved || "/";
}

async function linkTarget(file: string): Promise<string | undefined> {
  const stats = await lstat(file).catch(() => undefined);
  return stats?.isSymbolicLink() ? readlink(file) : undefined;
}

const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );

async function ensureLink(file: string, suffix: string): Promise<void> {
  if (await exists(file)) return;
  await symlink(`/proc/self/fd${suffix}`, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error; // another process was faster
  });
}
