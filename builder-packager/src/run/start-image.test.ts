// @needs processes
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hostPlatform } from "../oci/model/image-platform.ts";
import type { ContainerConfig } from "../oci/model/spec.ts";
import { recordingReporter, silentReporter } from "../reporter.ts";
import { unpackImage } from "../sandbox/unpack-image.ts";
import type { StartOptions } from "./start-image.ts";
import { openAppEnvironment } from "./testing/app-environment.ts";

const { dir, cacheDir, imageOf, start, remove } = openAppEnvironment();
afterAll(remove);

test("an image runs with its own configuration, and files that the app writes are discarded", async () => {
  const config = { Entrypoint: ["/bin/sh", "-c"], Cmd: ["id -u; pwd; echo x >new; cat new; exit 3"] };
  for (const _ of ["once", "again"]) {
    const { app, output } = await start(config);
    expect(await app.ended).toEqual({ exitCode: 3 });
    expect(output()).toBe("1000\n/workspace\nx\n");
  }
  expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});

test.for(["unshare", "bubblewrap"])(
  "the app sees bindings and volumes, which leave no files in the image (%s)",
  async (backend) => {
    const given = join(dir, `given-${backend}`);
    await mkdir(join(given, "database"), { recursive: true });
    await mkdir(join(given, "data"), { mode: 0o777 });
    await writeFile(join(given, "database/type"), "postgresql");
    await writeFile(join(given, "data/file"), "from outside\n");
    await chmod(join(given, "data"), 0o777);
    const volumes = [
      { source: join(given, "data"), target: "/new/data", writable: true },
      { source: join(given, "data/file"), target: "/etc/one" },
    ];
    const script =
      "echo $SERVICE_BINDING_ROOT; cat $SERVICE_BINDING_ROOT/database/type /new/data/file /etc/one; echo in >/new/data/made; touch /etc/one";
    const options = { backend, volumes, bindings: [join(given, "database")] };
    const { app, output } = await start({ Cmd: ["sh", "-c", script] }, options);
    expect(await app.ended).toEqual({ exitCode: 1 });
    expect(output()).toBe(
      "/platform/bindings\npostgresqlfrom outside\nfrom outside\ntouch: /etc/one: Read-only file system\n",
    );
    expect(readFileSync(join(given, "data/made"), "utf8")).toBe("in\n");
    const image = await imageOf({});
    const root = await unpackImage(image, { cacheDir, reporter: silentReporter });
    expect(["new", "platform", "etc/one"].filter((path) => existsSync(join(root, path)))).toEqual([]);
  },
);

test.for(["unshare", "bubblewrap"])(
  "an app with a read-only root can write only to volumes and tmpfs mounts (%s)",
  async (backend) => {
    const data = join(dir, `written-${backend}`);
    await mkdir(data);
    await chmod(data, 0o777);
    const script =
      "touch /workspace/x; touch /tmp/x; touch /new/x; touch /new/in/memory /data/kept && ls -ld /new/in | cut -c1-10; id -u; id -g";
    const options = {
      backend,
      readOnly: true,
      user: "1000:7",
      tmpfs: [{ target: "/new/in", mode: 0o1733 }],
      volumes: [{ source: data, target: "/data", writable: true }],
    };
    const { app, output } = await start({ Cmd: ["sh", "-c", script] }, options);
    expect(await app.ended).toEqual({ exitCode: 0 });
    expect(output().split("\n")).toEqual([
      "touch: /workspace/x: Read-only file system",
      "touch: /tmp/x: No such file or directory",
      "touch: /new/x: Read-only file system",
      "drwx-wx-wt",
      "1000",
      "7",
      "",
    ]);
    expect(readdirSync(data)).toEqual(["kept"]);
  },
);

test("a tmpfs mount is limited to its size, and /tmp can be a tmpfs mount with its own options", async () => {
  const script = "ls -ld /tmp | cut -c1-10; cat /bin/busybox >/tmp/large";
  const options = { backend: "unshare", tmpfs: [{ target: "/tmp", bytes: 64 * 1024, mode: 0o777 }] };
  const { app, output } = await start({ Cmd: ["sh", "-c", script] }, options);
  expect(await app.ended).toEqual({ exitCode: 1 });
  expect(output()).toBe("drwxrwxrwx\ncat: write error: No space left on device\n");
});

test.for<[string, Partial<StartOptions>, object]>([
  [
    "a tmpfs mount over a path that the app needs",
    { tmpfs: [{ target: "/proc/x" }] },
    { code: "ARGUMENT_INVALID", message: "--tmpfs /proc/x would hide /proc, which the app needs" },
  ],
  [
    "two tmpfs mounts at one path",
    { tmpfs: [{ target: "/run" }, { target: "/run" }] },
    { code: "ARGUMENT_INVALID", message: "--tmpfs /run is given twice" },
  ],
  [
    "a tmpfs mount below a file",
    { tmpfs: [{ target: "/etc/passwd/x" }] },
    {
      code: "ARGUMENT_INVALID",
      message: "--tmpfs /etc/passwd/x cannot be mounted: /etc/passwd in the image oci:app is not a directory",
    },
  ],
  [
    "a user that the image does not have",
    { user: "nobody" },
    {
      code: "ARGUMENT_INVALID",
      message: "--user nobody is not a user or group of oci:app",
      hint: "Use a user and a group of the image, or their numeric ids, for example --user 1001:0.",
    },
  ],
  [
    "an empty user name",
    { user: ":0" },
    { code: "ARGUMENT_INVALID", message: '--user ":0" is not USER or USER:GROUP' },
  ],
  [
    "a volume over a path that the app needs",
    { volumes: [{ source: dir, target: "/proc/x" }] },
    {
      code: "ARGUMENT_INVALID",
      message: `--volume ${dir}:/proc/x cannot be mounted: it would hide /proc, which the app needs`,
      hint: "Choose another path, or use --binding for service bindings.",
    },
  ],
  [
    "a volume below a file",
    { volumes: [{ source: dir, target: "/etc/passwd/x" }] },
    {
      code: "ARGUMENT_INVALID",
      message: "a volume cannot be mounted at /etc/passwd/x: in the image oci:app, /etc/passwd is not a directory",
      hint: "Choose another path for the volume.",
    },
  ],
  [
    "a directory that is not a binding",
    { bindings: [dir] },
    {
      code: "BINDING_INVALID",
      message: `${dir} is neither a service binding nor a directory of bindings: it contains no file called "type"`,
      hint: 'Pass a directory that contains a file called "type", or the parent directory of such directories.',
    },
  ],
  [
    "backend direct",
    { backend: "direct" },
    {
      code: "ARGUMENT_INVALID",
      message: "--backend direct cannot run an app: the app would see the files of this container",
      hint: "Remove --backend, or start a container from the image.",
    },
  ],
])("starting an app is refused with %s", async ([, options, error]) => {
  await expect(start({ Cmd: ["/bin/sh"] }, options)).rejects.toMatchObject(error);
  if (existsSync(join(cacheDir, "run"))) expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});

test("an image for another architecture is refused", async () => {
  const { architecture } = hostPlatform();
  await expect(start({}, {}, await imageOf({ Cmd: ["/bin/sh"] }, "s390x"))).rejects.toMatchObject({
    code: "ARCHITECTURE_MISMATCH",
    message: `oci:app is for linux/s390x, but this machine is linux/${architecture}`,
    hint: `Use an image for linux/${architecture}, or a machine with the platform of the image.`,
  });
});

test("an image is unpacked once, even by two concurrent runs, and the leftovers of an aborted run are removed", async () => {
  const image = await imageOf({ Cmd: ["/unpacked-once"] });
  const own = join(dir, "unpack");
  const namespace = /\d+/.exec((await import("node:fs")).readlinkSync("/proc/self/ns/pid"))?.[0];
  await mkdir(join(own, "rootfs", `.attempt-${namespace}-4194305-1`, "root"), { recursive: true });
  const reporter = recordingReporter();
  const [one, two] = await Promise.all([1, 2].map(() => unpackImage(image, { cacheDir: own, reporter })));
  expect(two).toBe(one);
  expect(await unpackImage(image, { cacheDir: own, reporter })).toBe(one);
  expect(reporter.lines).toEqual(["info: Unpacking 1 layers", "info: Unpacking 1 layers"]);
  expect(readdirSync(join(own, "rootfs")).filter((name) => name.startsWith("."))).toEqual([]);
  expect(readFileSync(join(one ?? "", "workspace/index.html"), "utf8")).toBe("hello\n");
});

test("a missing working directory is created and hides no files of the image", async () => {
  const Cmd = ["/bin/sh", "-c", "pwd; ls -ld /workspace/a/b | cut -c1-10; cat ../../index.html; touch /workspace/own"];
  const { app, output } = await start({ Cmd, WorkingDir: "/workspace/a/b" });
  expect(await app.ended).toEqual({ exitCode: 0 });
  expect(output()).toBe("/workspace/a/b\ndrwxr-xr-x\nhello\n");
});

test.for<[string, ContainerConfig, object]>([
  [
    "does not exist",
    { Entrypoint: ["/no/such"] },
    { code: "IMAGE_COMMAND_NOT_FOUND", exitCode: 127, message: "the command /no/such does not exist in oci:app" },
  ],
  [
    "is not found in PATH",
    { Cmd: ["node", "server.js"] },
    { code: "IMAGE_COMMAND_NOT_FOUND", exitCode: 127, message: "the command node does not exist in oci:app" },
  ],
  [
    "is empty",
    { Entrypoint: [""] },
    { code: "IMAGE_COMMAND_NOT_FOUND", exitCode: 127, message: 'the command "" does not exist in oci:app' },
  ],
  [
    "is not executable",
    { Entrypoint: ["./index.html"] },
    {
      code: "IMAGE_COMMAND_NOT_EXECUTABLE",
      exitCode: 126,
      message: "the command ./index.html of oci:app cannot be started: it is not executable",
    },
  ],
  [
    "is a directory",
    { Entrypoint: ["/bin"] },
    {
      code: "IMAGE_COMMAND_NOT_EXECUTABLE",
      exitCode: 126,
      message: "the command /bin of oci:app cannot be started: it is a directory",
    },
  ],
  [
    "has a missing interpreter",
    { Entrypoint: ["script"] },
    {
      code: "IMAGE_COMMAND_NOT_EXECUTABLE",
      exitCode: 126,
      message: "the command script of oci:app cannot be started: its interpreter /bin/bash is not in the image",
    },
  ],
])("starting an app is an error if its command %s", async ([, config, error]) => {
  await expect(start(config)).rejects.toMatchObject({ ...error, hint: "Choose another command with --entrypoint." });
  expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});

test("the error about a missing command lists the processes of the image", async () => {
  const Labels = { "io.buildpacks.build.metadata": '{"processes":[{"type":"web"},{"type":"job"}]}' };
  await expect(start({ Cmd: ["/no"], Labels })).rejects.toMatchObject({
    hint: "Choose a process of the image with --process (job, web), another command with --entrypoint, or a command from a buildpack's layer with --entrypoint launcher -- -- COMMAND.",
  });
});

test("starting an app is an error if its working directory is below a file", async () => {
  await expect(start({ Cmd: ["/bin/sh"], WorkingDir: "/workspace/index.html/x" })).rejects.toMatchObject({
    code: "IMAGE_INVALID",
    message:
      "oci:app cannot be started in its working directory /workspace/index.html/x: /workspace/index.html is not a directory",
    hint: "Build the image with another working directory (WorkingDir).",
  });
  expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});

test("an aborted start of an app starts no process", async () => {
  const signal = AbortSignal.abort(new Error("stopped by SIGINT"));
  await expect(start({ Cmd: ["/bin/sh"] }, { signal })).rejects.toThrow("stopped by SIGINT");
  const own = join(dir, "stopped");
  await expect(start({ Cmd: ["/bin/sh"] }, { signal, cacheDir: own })).rejects.toThrow("stopped by SIGINT");
  expect(existsSync(own)).toBe(false);
});

test("an abort during the start of an app leaves no process running", async () => {
  const controller = new AbortController();
  const reporter = {
    ...silentReporter,
    info: () => setTimeout(() => controller.abort(new Error("stopped by SIGINT")), 1),
  };
  const own = join(dir, "stopped-later");
  const options = { signal: controller.signal, cacheDir: own, reporter };
  await expect(start({ Cmd: ["/bin/sh", "-c", "sleep 60"] }, options)).rejects.toThrow("stopped by SIGINT");
  if (existsSync(join(own, "run"))) expect(readdirSync(join(own, "run"))).toEqual([]);
});

test("a memory limit is visible to exec.d programs and enforced", async () => {
  const files = "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes";
  const memoryBytes = 64 * 1024 * 1024;
  const { app, output } = await start({ Entrypoint: ["sh", "-c", files] }, { memoryBytes });
  expect(await app.ended).toEqual({ exitCode: 0 });
  expect(output()).toBe(`${memoryBytes}\n${memoryBytes}\n`);
  const greedy = "dd if=/dev/zero of=/dev/null bs=268435456 count=1";
  const { app: large } = await start({ Entrypoint: ["busybox", "sh", "-c", greedy] }, { memoryBytes });
  expect([1, 137]).toContain((await large.ended).exitCode);
});
