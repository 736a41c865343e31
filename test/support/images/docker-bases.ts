import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import {
  createLayer,
  envOf,
  type Image,
  openBlobStore,
  parseImageReference,
  type TarEntry,
} from "@libcnb/packager/oci";
import { execute, pinnedNode } from "../cnb.ts";
import type { PackWorld } from "../pack/pack-world.ts";

/** The directories in which container engines look for programs, unless an image names others. */
export const enginePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Puts `base/docker:1` into the registry: a build and run image in which the executables of our buildpacks run, with this machine's
 * C library. The lifecycle asks for a newer API than old Docker daemons have, unless this variable names another.
 */
export async function pushDockerBase({ dir, host, image }: PackWorld): Promise<void> {
  const base = await image("base/run:1");
  const store = await openBlobStore(join(dir, "blobs"));
  const layer = await createLayer(await hostLibraries(), store);
  await pushForDocker(oci.mutate.appendLayers(base, [{ layer }]), host);
}

/** Puts a `base/docker:1` into the registry that has a shell only. */
export const pushShellBase = async ({ host, image }: PackWorld): Promise<void> =>
  pushForDocker(await image("base/run:1"), host);

async function pushForDocker(base: Image, host: string): Promise<void> {
  const env = { ...envOf(base), PATH: enginePath, DOCKER_API_VERSION: "1.41" };
  const complete = oci.mutate.config(base, { Env: Object.entries(env).map(([name, value]) => `${name}=${value}`) });
  await oci.write(complete, parseImageReference(`${host}/base/docker:1`));
}

/** The libraries that Node.js is linked against, at the same paths, and an `echo`. */
async function hostLibraries(): Promise<TarEntry[]> {
  const echo: TarEntry = { type: "symlink", path: "/bin/echo", target: "busybox", mode: 0o777, uid: 0, gid: 0 };
  return [echo, ...(await hostFiles(await librariesOf(pinnedNode)))];
}

/** The libraries that a program of this machine is linked against. */
export async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await execute("ldd", [program]);
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = ""]) => path);
}

/** Programs and libraries of this machine, at the same places. */
export const hostFiles = (paths: readonly string[]): Promise<TarEntry[]> =>
  Promise.all(
    paths.map(
      async (path): Promise<TarEntry> => ({
        type: "file",
        path,
        mode: 0o755,
        uid: 0,
        gid: 0,
        content: await readFile(path),
      }),
    ),
  );
