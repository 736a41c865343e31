import { lstat, mkdir, readlink, realpath, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Mount, PreparedMount, PreparedSpec, SandboxSpec, Tmpfs } from "../spec.ts";

/** Device nodes that every program may expect. */
export const deviceNodes = ["null", "zero", "full", "random", "urandom", "tty"];
const deviceLinks = { fd: "", stdin: "/0", stdout: "/1", stderr: "/2" };
const maxLinks = limits.links.most;

/**
 * Creates missing mount points below `spec.rootfs`, and finds their real paths. Nothing outside of
 * it is modified.
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

/** What a sandbox itself mounts has to be where it says: a link there would lead the mount to another place. */
async function ownPoint(rootfs: string, target: string, kind: Kind): Promise<void> {
  const path = await mountPoint(rootfs, target, kind);
  const stats = await lstat(join(rootfs, target));
  const fits = kind === "directory" ? stats.isDirectory() : !stats.isDirectory();
  if (path === target && fits) return;
  const why = path === target ? `it is not a ${kind}` : `a symbolic link leads to ${path}`;
  throw new CnbError(
    "SANDBOX_FAILED",
    `The image cannot be run: its ${target} conflicts with the sandbox's own, ${why}`,
    {
      hint: "Remove it from the image.",
    },
  );
}

/** What the kernel or the sandbox has there must not be covered, nor be a way to somewhere else. */
function checkTarget(target: string, path: string): void {
  if (path === "/")
    throw new CnbError(
      "SANDBOX_FAILED",
      `Nothing can be mounted on ${target}: in the image that is the root directory`,
      {
        hint: "Remove the symbolic link from the image.",
      },
    );
  const taken = ["/proc", "/dev"].find((dir) => path === dir || path.startsWith(`${dir}/`));
  if (taken === undefined) return;
  throw new CnbError(
    "SANDBOX_FAILED",
    `Nothing can be mounted on ${target}: in the image that is ${path}, and the sandbox has its own ${taken}`,
  );
}

/** What is mounted later into an earlier mount must not be led away by a link there: that is not the image's own. */
async function checkNested(mounts: readonly PreparedMount[], target: string): Promise<void> {
  const around = mounts.findLast((mount) => target.startsWith(`${mount.target}/`));
  if (around === undefined) return;
  let file = around.source;
  for (const name of target.slice(around.target.length + 1).split("/")) {
    file = join(file, name);
    if ((await linkTarget(file)) === undefined) continue;
    throw new CnbError("SANDBOX_FAILED", `Nothing can be mounted on ${target}: ${file} is a symbolic link`, {
      hint: "Mount it somewhere else, or remove the link.",
    });
  }
}

/** One that was made in the layer above need not be in the root itself, which others may share. */
async function locationOf({ rootfs, overlay }: SandboxSpec, target: string, kind: Kind): Promise<string> {
  const path = await resolveInRoot(rootfs, target);
  if (overlay && (await exists(join(overlay.upperDir, path)))) return path;
  return mountPoint(rootfs, target, kind);
}

type Kind = "file" | "directory";

/** The kind of a mount's source. Throws SANDBOX_FAILED if it does not exist. */
export async function kindOf({ source }: Mount): Promise<Kind> {
  const stats = await stat(source).catch((cause: unknown) => {
    throw new CnbError("SANDBOX_FAILED", `${source} cannot be mounted into the sandbox`, { cause });
  });
  return stats.isDirectory() ? "directory" : "file";
}

/** The host's resolver settings: with a shared network, names resolve inside as they do outside. */
async function resolverFiles(): Promise<readonly Mount[]> {
  const found = await Promise.all(
    ["/etc/resolv.conf", "/etc/hosts"].map(async (target) => {
      const source = await realpath(target).catch(() => undefined);
      return source ? [{ source, target, readonly: true }] : [];
    }),
  );
  return found.flat();
}

/** Creates a missing mount point in an image, and returns its real path. */
export async function mountPoint(rootfs: string, target: string, kind: Kind): Promise<string> {
  const path = await resolveInRoot(rootfs, target);
  const file = join(rootfs, path);
  const stats = await lstat(file).catch(() => undefined);
  if (!stats) {
    await makeDirectory(kind === "directory" ? file : dirname(file), target);
    if (kind === "file") await writeFile(file, "", { flag: "a" });
  } else if (stats.isDirectory() !== (kind === "directory")) {
    const found = stats.isDirectory() ? "a directory" : "not a directory";
    throw new CnbError("SANDBOX_FAILED", `${target} in the image is ${found}, but a ${kind} is mounted there`);
  }
  return path;
}

async function makeDirectory(dir: string, target: string): Promise<void> {
  await mkdir(dir, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST" && cause.code !== "ENOTDIR") throw cause;
    const why = "something above it is not a directory";
    throw new CnbError("SANDBOX_FAILED", `${target} cannot be made in the image: ${why}`, { cause });
  });
}

/**
 * Resolves symbolic links as a process inside `rootfs` would: an absolute link starts at `rootfs`,
 * `..` does not leave it. Missing components are kept.
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
    if (++links > maxLinks) throw new CnbError("SANDBOX_FAILED", `${path} in the image is a loop of symbolic links`);
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
