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
/** What may be at a path in place of a file. */
const kinds: Readonly<Record<string, (path: string) => readonly TarEntry[]>> = {
  "a named pipe": (path) => [{ type: "fifo", path, ...executable }],
  "a device without end": (path) => [{ type: "character-device", path, devmajor: 1, devminor: 5, ...executable }],
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

/** What the app printed, or the code of the error. */
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
const loop = (path: string) => `SANDBOX_FAILED: ${path} in the image is a loop of symbolic links`;
const notStarted = (why: string) =>
  `IMAGE_COMMAND_NOT_EXECUTABLE: /bin/echo of oci:app cannot be started: it is ${why}`;

/** What an image does that has something else than a file at a path; where nothing is named, it starts. */
function expected(path: string, kind: string): string {
  if (kind === "a link to itself" || (kind === "a link out of the image" && path === "/etc/passwd")) return loop(path);
  if (path === "/bin/echo") {
    if (kind === "a directory") return notStarted("a directory");
    // Devices are not unpacked.
    if (kind === "a device without end") return "IMAGE_COMMAND_NOT_FOUND: oci:app has no /bin/echo to start";
    return notStarted(kind === "a link out of the image" ? "not executable" : "not a regular file");
  }
  if (kind === "a large file" && /passwd|group/.test(path))
    return `IMAGE_INVALID: ${path} of oci:app has 17825792 bytes, more than the 16777216 that are read`;
  if (kind === "a directory" && /hosts|resolv/.test(path))
    return `SANDBOX_FAILED: ${path} in the image is a directory, but a file is mounted there`;
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
] as const)("cnb run in %s", (backend, some) => {
  test.for(some)("ends where %s is %s", async ([path, kind]) => {
    expect(await outcome(await imageWith(kinds[kind]?.(path) ?? []), backend)).toBe(expected(path, kind));
  });

  test("ignores devices in place of account files", async () => {
    const device = kinds["a device without end"]?.("/etc/passwd") ?? [];
    const image = await imageWith(device, { User: "cnb" });
    expect(await outcome(image, backend)).toBe(
      'IMAGE_USER_UNKNOWN: The image wants to run as user "cnb", which is not in its /etc/passwd',
    );
  });
});
