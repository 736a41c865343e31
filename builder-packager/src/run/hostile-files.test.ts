// @needs processes
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import type { Image } from "../oci/model/image.ts";
import { appendLayers } from "../oci/model/mutate.ts";
import type { TarEntry } from "../tar/entry.ts";
import { openAppEnvironment } from "./testing/app-environment.ts";

const environment = openAppEnvironment();
afterAll(environment.remove);

const root = { uid: 0, gid: 0 };
const executable = { mode: 0o755, ...root };
/** The kinds of entries at a path instead of a file. */
const kinds: Readonly<Record<string, (path: string) => readonly TarEntry[]>> = {
  "a named pipe": (path) => [{ type: "fifo", path, ...executable }],
  "an endless device file": (path) => [{ type: "character-device", path, devmajor: 1, devminor: 5, ...executable }],
  "a directory": (path) => [{ type: "directory", path, ...executable }],
  "a link to a named pipe": (path) => [
    { type: "fifo", path: "/etc/pipe", ...executable },
    { type: "symlink", path, target: "/etc/pipe", ...executable },
  ],
  "a link to itself": (path) => [{ type: "symlink", path, target: path, ...executable }],
  "a link out of the image": (path) => [
    { type: "symlink", path, target: "../../../../../../etc/passwd", ...executable },
  ],
  "a large file": (path) => [{ type: "file", path, content: Buffer.alloc(17 * 1024 * 1024, "x\n"), ...executable }],
};

async function imageWith(entries: readonly TarEntry[], config = {}): Promise<Image> {
  const base = await environment.imageOf({ User: "1000:1000", Cmd: ["/bin/echo", "ok"], ...config });
  const layer = await createLayer(entries, await openBlobStore(join(environment.dir, "blobs")));
  return appendLayers(base, [{ layer }]);
}

/** The output of the app, or the code of the error. */
async function outcome(image: Image, backend: string): Promise<string> {
  try {
    const { app, output } = await environment.start({}, { backend }, image);
    await app.ended;
    return output();
  } catch (error) {
    return `${(error as { code?: string }).code}: ${(error as Error).message}`;
  }
}

const paths = ["/etc/passwd", "/etc/group", "/etc/hosts", "/etc/resolv.conf", "/bin/echo"];
const loop = (path: string) => `SANDBOX_FAILED: ${path} in the image leads through too many symbolic links`;
const notStarted = (why: string) =>
  `IMAGE_COMMAND_NOT_EXECUTABLE: the command /bin/echo of oci:app cannot be started: it is ${why}`;

/** The result for an image with something other than a file at a path. If nothing is listed, the image starts. */
function expected(path: string, kind: string): string {
  if (kind === "a link to itself" || (kind === "a link out of the image" && path === "/etc/passwd")) return loop(path);
  if (path === "/bin/echo") {
    if (kind === "a directory") return notStarted("a directory");
    // Devices are not unpacked.
    if (kind === "an endless device file")
      return "IMAGE_COMMAND_NOT_FOUND: the command /bin/echo does not exist in oci:app";
    return notStarted(kind === "a link out of the image" ? "not executable" : "not a regular file");
  }
  if (kind === "a large file" && /passwd|group/.test(path))
    return `IMAGE_INVALID: ${path} of oci:app has 17825792 bytes, but at most 16777216 are allowed`;
  if (kind === "a directory" && /hosts|resolv/.test(path))
    return `SANDBOX_FAILED: a file cannot be mounted at ${path}: in the image, this path is a directory`;
  return "ok\n";
}

// A file of text at /bin/echo would be a program.
const cases = paths.flatMap((path) =>
  Object.keys(kinds).flatMap((kind) =>
    path === "/bin/echo" && kind === "a large file" ? [] : [[path, kind] as const],
  ),
);

describe.each([
  ["unshare", cases],
  ["bubblewrap", cases.filter(([path, kind]) => path !== "/etc/group" && kind === "a named pipe")],
] as const)("cnb run with backend %s", (backend, some) => {
  test.for(some)("does not block if %s is %s", async ([path, kind]) => {
    expect(await outcome(await imageWith(kinds[kind]?.(path) ?? []), backend)).toBe(expected(path, kind));
  });

  test("ignores device files in place of /etc/passwd", async () => {
    const device = kinds["an endless device file"]?.("/etc/passwd") ?? [];
    const image = await imageWith(device, { User: "cnb" });
    expect(await outcome(image, backend)).toBe(
      'IMAGE_USER_UNKNOWN: the image runs as user "cnb", which is not in /etc/passwd of the image',
    );
  });
});
