import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  appendLayers,
  createLayer,
  envOf,
  openBlobStore,
  parseImageReference,
  type TarEntry,
  withConfig,
  writeImage,
} from "@libcnb/packager/oci";
import { execute, pinnedNode } from "./cnb.ts";
import type { PackWorld } from "./pack-world.ts";

/**
 * Puts `base/docker:1` into the registry: a build and run image in which the executables of our buildpacks run, with this machine's
 * C library. The lifecycle asks for a newer API than old Docker daemons have, unless this variable names another.
 */
export async function pushDockerBase({ dir, host, image }: PackWorld): Promise<void> {
  const base = await image("base/run:1");
  const store = await openBlobStore(join(dir, "blobs"));
  const layer = await createLayer(await hostLibraries(), store);
  const env = { ...envOf(base), DOCKER_API_VERSION: "1.41" };
  const withLibraries = appendLayers(base, [{ layer }]);
  const complete = withConfig(withLibraries, { Env: Object.entries(env).map(([name, value]) => `${name}=${value}`) });
  await writeImage(complete, parseImageReference(`${host}/base/docker:1`));
}

/** What Node.js is linked against, at the same places, and an `echo`. */
async function hostLibraries(): Promise<TarEntry[]> {
  const { stdout } = await execute("ldd", [pinnedNode]);
  const paths = [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = ""]) => path);
  const owned = { uid: 0, gid: 0 };
  const file = async (path: string): Promise<TarEntry> => ({
    ...{ type: "file", path, mode: 0o755, ...owned },
    content: await readFile(path),
  });
  const echo: TarEntry = { type: "symlink", path: "/bin/echo", target: "busybox", mode: 0o777, ...owned };
  return [echo, ...(await Promise.all(paths.map(file)))];
}
