// @needs bwrap, go
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { execute, type Outcome } from "../cnb.ts";

/** A builder image unpacked for the official lifecycle that it carries, which then is the oracle. */
export interface OfficialLifecycle {
  /** Runs one of /cnb/lifecycle/* inside the builder as its user. */
  run(phase: string, args: readonly string[], env?: Record<string, string>): Promise<Outcome>;
  /** Copies the application to /workspace, with git's modes as cnb does (decision 0006). */
  useApp(app: string): Promise<void>;
  readonly layersDir: string;
  remove(): Promise<void>;
}

/**
 * Unpacks the builder and makes the directories that a platform gives to the lifecycle. Needs bubblewrap, which maps the user
 * of this process to the builder's, so that all directories belong to it.
 */
export async function officialLifecycle(
  builder: string,
  { platformEnv, authority }: { platformEnv: Record<string, string>; authority: string | undefined },
): Promise<OfficialLifecycle> {
  const dir = await mkdtemp(join(tmpdir(), "lifecycle-"));
  const image = oci.imageFor(await oci.read(parseImageReference(builder)));
  const user = {
    uid: numberIn(image.config.config?.Env, "CNB_USER_ID"),
    gid: numberIn(image.config.config?.Env, "CNB_GROUP_ID"),
  };
  const folder = (name: string) => join(dir, name);
  await mkdir(folder("rootfs"));
  await oci.extract(image, folder("rootfs"), { ownership: "ignore" });
  // what is mounted needs a directory, which a small base image may lack
  for (const name of ["dev", "layers", "mnt", "platform", "proc", "tmp", "workspace"])
    await mkdir(folder(`rootfs/${name}`), { recursive: true });
  await cp("/etc/resolv.conf", folder("rootfs/etc/resolv.conf"), { dereference: true });
  for (const name of ["layers", "workspace", "cache", "platform/env"]) await mkdir(folder(name), { recursive: true });
  if (authority) await copyFile(authority, folder("platform/authority.crt"));
  const trust = authority && {
    SSL_CERT_FILE: "/platform/authority.crt",
    NODE_EXTRA_CA_CERTS: "/platform/authority.crt",
  };
  for (const [name, value] of Object.entries({ ...platformEnv, ...trust }))
    await writeFile(folder(`platform/env/${name}`), value);
  return {
    layersDir: folder("layers"),
    run: (phase, args, env = {}) => execute("bwrap", bubblewrapArguments(dir, user, phase, args, env)),
    async useApp(app) {
      for (const name of await readdir(folder("workspace"))) await rm(folder(`workspace/${name}`), { recursive: true });
      await cp(app, folder("workspace"), { recursive: true, verbatimSymlinks: true });
      await giveModesOfGit(folder("workspace"));
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** A checkout has other modes under another umask, and in a directory with the setgid bit. */
async function giveModesOfGit(dir: string): Promise<void> {
  await chmod(dir, 0o755);
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

function bubblewrapArguments(
  dir: string,
  user: { readonly uid: number; readonly gid: number },
  phase: string,
  args: readonly string[],
  env: Record<string, string>,
): string[] {
  const ids = { CNB_USER_ID: String(user.uid), CNB_GROUP_ID: String(user.gid) };
  const settings = {
    ...ids,
    CNB_PLATFORM_API: "0.13",
    CNB_NO_COLOR: "true",
    HOME: "/home/cnb",
    PATH: "/usr/bin:/bin",
    ...env,
  };
  return [
    "--ro-bind",
    join(dir, "rootfs"),
    "/",
    ...["layers", "workspace"].flatMap((name) => ["--bind", join(dir, name), `/${name}`]),
    "--ro-bind",
    join(dir, "platform"),
    "/platform",
    "--bind",
    join(dir, "cache"),
    "/mnt",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--tmpfs",
    "/tmp",
    "--unshare-user",
    "--unshare-pid",
    "--unshare-ipc",
    "--uid",
    String(user.uid),
    "--gid",
    String(user.gid),
    "--die-with-parent",
    "--clearenv",
    "--chdir",
    "/workspace",
    ...Object.entries(settings).flatMap(([name, value]) => ["--setenv", name, value]),
    "--",
    `/cnb/lifecycle/${phase}`,
    ...args,
  ];
}

function numberIn(env: readonly string[] | undefined, name: string): number {
  const value = env?.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  if (!value) throw new Error(`the builder's environment has no ${name}`);
  return Number(value);
}
