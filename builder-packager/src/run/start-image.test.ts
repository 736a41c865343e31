import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { openBlobStore } from "../oci/blob-store.ts";
import type { Image } from "../oci/image.ts";
import { createLayer } from "../oci/layer.ts";
import { appendLayers, emptyImage, withConfig } from "../oci/mutate.ts";
import { hostPlatform } from "../oci/platform.ts";
import type { ContainerConfig } from "../oci/spec.ts";
import { recordingReporter, silentReporter } from "../reporter.ts";
import { removeTree } from "../sandbox/remove-tree.ts";
import { unpackImage } from "../sandbox/unpack-image.ts";
import type { TarEntry } from "../tar/entry.ts";
import { endWithin } from "./end-within.ts";
import { type StartOptions, startImage } from "./start-image.ts";

const dir = mkdtempSync(join(tmpdir(), "cnb-run-"));
chmodSync(dir, 0o755); // bubblewrap gives up being root
const cacheDir = join(dir, "cache");
afterAll(() => removeTree(dir));

const root = { uid: 0, gid: 0 };
const applets = ["cat", "cut", "echo", "httpd", "id", "kill", "ls", "pwd", "sh", "sleep", "touch"];
const entries: readonly TarEntry[] = [
  { type: "directory", path: "/bin", mode: 0o755, ...root },
  { type: "file", path: "/bin/busybox", mode: 0o755, content: readFileSync("/bin/busybox"), ...root },
  ...applets.map((name) => ({
    type: "symlink" as const,
    path: `/bin/${name}`,
    target: "busybox",
    mode: 0o777,
    ...root,
  })),
  { type: "directory", path: "/etc", mode: 0o755, ...root },
  { type: "file", path: "/etc/passwd", mode: 0o644, content: Buffer.from("cnb:x:1000:1000::/home:/bin/sh\n"), ...root },
  { type: "file", path: "/bin/script", mode: 0o755, content: Buffer.from("#!/bin/bash -e\n"), ...root },
  { type: "directory", path: "/workspace", mode: 0o755, uid: 1000, gid: 1000 },
  { type: "file", path: "/workspace/index.html", mode: 0o644, content: Buffer.from("hello\n"), uid: 1000, gid: 1000 },
];

async function imageOf(config: ContainerConfig, architecture = hostPlatform().architecture): Promise<Image> {
  const layer = await createLayer(entries, await openBlobStore(join(dir, "blobs")));
  const base = appendLayers(emptyImage({ os: "linux", architecture }), [{ layer }]);
  return withConfig(base, { User: "cnb", Env: ["PATH=/bin"], WorkingDir: "/workspace", ...config });
}

async function start(config: ContainerConfig, options: Partial<StartOptions> = {}, image?: Image) {
  let output = "";
  const app = await startImage(image ?? (await imageOf(config)), {
    name: "oci:app",
    cacheDir,
    reporter: silentReporter,
    onOutput: (chunk) => {
      output += Buffer.from(chunk);
    },
    ...options,
  });
  return { app, output: () => output };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

test("an image runs as it says, and what it writes goes away", async () => {
  const config = { Entrypoint: ["/bin/sh", "-c"], Cmd: ["id -u; pwd; echo x >new; cat new; exit 3"] };
  for (const _ of ["once", "again"]) {
    const { app, output } = await start(config);
    expect(await app.ended).toEqual({ exitCode: 3 });
    expect(output()).toBe("1000\n/workspace\nx\n");
  }
  expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});

test("an app answers, directly and through a published port, and stops", async () => {
  const [port, hostPort] = [await freePort(), await freePort()];
  const publish = [{ address: "127.0.0.1", hostPort, containerPort: port }];
  const { app } = await start({ Entrypoint: ["httpd", "-f", "-p"], Cmd: [`127.0.0.1:${port}`] }, { publish });
  await app.waitForPort(port, 20_000);
  for (const one of [port, hostPort]) {
    expect(await (await fetch(`http://127.0.0.1:${one}/index.html`)).text()).toBe("hello\n");
  }
  expect(await app.stop()).toEqual({ exitCode: 143, signal: "SIGTERM" });
  await expect(fetch(`http://127.0.0.1:${hostPort}/`)).rejects.toThrow();
});

/** Root may use each of them; what ordinary users may is in test/e2e/run.test.ts. */
const backends = ["unshare", "bubblewrap"];

test.for(backends)(
  "an app with a network of its own is reached through published ports alone, in %s",
  async (backend) => {
    const ports = await Promise.all([freePort(), freePort()]);
    const publish = ports.map((hostPort, index) => ({
      ...{ address: "127.0.0.1", hostPort, containerPort: [80, 81][index] ?? 0 },
    }));
    const config = { Entrypoint: ["httpd", "-f", "-p", "80"] };
    const { app } = await start(config, { publish, network: false, backend });
    expect(app.ports).toEqual(publish);
    const address = `http://127.0.0.1:${ports[0]}/index.html`;
    await vi.waitFor(async () => expect(await (await fetch(address)).text()).toBe("hello\n"), 10_000);
    await expect(fetch(`http://127.0.0.1:${ports[1]}/`)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    await expect(fetch("http://127.0.0.1:80/index.html")).rejects.toThrow();
    expect(await app.stop()).toMatchObject({ exitCode: 143 });
    await expect(fetch(`http://127.0.0.1:${ports[0]}/`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
  },
);

test.for(backends)("a network of the app's own has its own name and localhost, in %s", async (backend) => {
  const { app, output } = await start({ Cmd: ["cat", "/etc/hosts"] }, { network: false, backend });
  expect(await app.ended).toEqual({ exitCode: 0 });
  expect(output()).toBe("127.0.0.1\tlocalhost cnb\n::1\tlocalhost\n");
});

test("a port of this machine that was left open is told", async () => {
  const reporter = recordingReporter();
  const publish = [{ address: "127.0.0.1", hostPort: 0, containerPort: 80 }];
  const { app } = await start({ Cmd: ["sh", "-c", "exit 0"] }, { publish, network: false, reporter });
  expect(reporter.lines).toContain(`info: 127.0.0.1:${app.ports[0]?.hostPort} leads to port 80 of the app`);
  await app.ended;
});

test.for(backends)(
  "bindings and volumes are seen by the app, in %s, and leave nothing in the image",
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

test.for<[string, Partial<StartOptions>, object]>([
  [
    "a volume over what the app needs itself",
    { volumes: [{ source: dir, target: "/proc/x" }] },
    {
      code: "ARGUMENT_INVALID",
      message: `--volume ${dir}:/proc/x would cover /proc, which the app needs itself`,
      hint: "Choose another place, or --binding for service bindings.",
    },
  ],
  [
    "a volume below a file",
    { volumes: [{ source: dir, target: "/etc/passwd/x" }] },
    {
      code: "ARGUMENT_INVALID",
      message: "Nothing can be mounted at /etc/passwd/x of oci:app: /etc/passwd is not a directory",
      hint: "Choose another place for the volume.",
    },
  ],
  [
    "a binding that is none",
    { bindings: [dir] },
    {
      code: "BINDING_INVALID",
      message: `${dir} is no binding and holds none: there is no file type`,
      hint: "Give a folder with a file type in it, or a folder of such folders.",
    },
  ],
  [
    "a run without a sandbox",
    { backend: "direct" },
    {
      code: "ARGUMENT_INVALID",
      message: "--backend direct runs no app: it would see the files of this container",
      hint: "Leave out --backend, or start a container from the image.",
    },
  ],
])("%s is an error", async ([, options, error]) => {
  await expect(start({ Cmd: ["/bin/sh"] }, options)).rejects.toMatchObject(error);
  if (existsSync(join(cacheDir, "run"))) expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});

test("an app that does not heed SIGTERM is ended", async () => {
  const { app, output } = await start({
    Cmd: ["/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"],
  });
  await vi.waitFor(() => expect(output()).toBe("deaf\n"), 60_000);
  expect(await app.stop(300)).toEqual({ exitCode: 137, signal: "SIGKILL" });
});

test("an app whose time is over is asked to end, one that ends in time is not", async () => {
  const { app, output } = await start({
    Cmd: ["/bin/sh", "-c", "trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.1; done"],
  });
  await vi.waitFor(() => expect(output()).toBe("ready\n"), 60_000);
  await expect(endWithin(app, 500)).rejects.toMatchObject({
    code: "RUN_TIMED_OUT",
    message: "the app was ended: it ran longer than 0.5 s",
    hint: "Give it more time with --timeout.",
  });
  expect(output()).toBe("ready\nasked\n");
  const { app: quick } = await start({ Cmd: ["/bin/sh", "-c", "exit 4"] });
  expect(await endWithin(quick, 60_000)).toEqual({ exitCode: 4 });
});

test("an app that is ended before it is there has ended by that", async () => {
  for (const ms of [0, 5, 10, 20, 40]) {
    const { app } = await start({ Cmd: ["/bin/sh", "-c", "sleep 60"] });
    await sleep(ms);
    expect(await app.stop(60_000)).toEqual({ exitCode: 143, signal: "SIGTERM" });
  }
});

test("waiting for a port of an app that has ended is an error", async () => {
  const { app } = await start({ Cmd: ["/bin/sh", "-c", "exit 1"] });
  const port = await freePort();
  await expect(app.waitForPort(port, 20_000)).rejects.toMatchObject({
    code: "PORT_UNAVAILABLE",
    message: `The app ended before it listened on port ${port}`,
    hint: "Read the app's output, and check which port it uses (often PORT).",
  });
});

test("a port that is taken is an error and leaves nothing behind", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const hostPort = typeof address === "object" && address ? address.port : 0;
  const publish = [{ address: "127.0.0.1", hostPort, containerPort: 80 }];
  await expect(start({ Cmd: ["/bin/sh"] }, { publish })).rejects.toMatchObject({
    code: "PORT_UNAVAILABLE",
    message: `Port ${hostPort} of 127.0.0.1 cannot be listened on`,
    hint: "Choose another host port, or stop what uses this one.",
  });
  server.close();
  expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});

test("an image for another machine is refused", async () => {
  const { architecture } = hostPlatform();
  const other = architecture === "arm64" ? "amd64" : "arm64";
  await expect(start({}, {}, await imageOf({ Cmd: ["/bin/sh"] }, other))).rejects.toMatchObject({
    code: "ARCHITECTURE_MISMATCH",
    message: `oci:app is for linux/${other}, this machine is linux/${architecture}`,
    hint: `Build the image for linux/${architecture}, or run it on such a machine.`,
  });
});

test("an image is unpacked once, also by two at the same time; what was given up is removed", async () => {
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

test("a working directory that the image lacks is made, and hides nothing of the image", async () => {
  const Cmd = ["/bin/sh", "-c", "pwd; ls -ld /workspace/a/b | cut -c1-10; cat ../../index.html; touch /workspace/own"];
  const { app, output } = await start({ Cmd, WorkingDir: "/workspace/a/b" });
  expect(await app.ended).toEqual({ exitCode: 0 });
  expect(output()).toBe("/workspace/a/b\ndrwxr-xr-x\nhello\n");
});

test.for<[string, ContainerConfig, object]>([
  [
    "that is missing",
    { Entrypoint: ["/no/such"] },
    { code: "IMAGE_COMMAND_NOT_FOUND", exitCode: 127, message: "oci:app has no /no/such to start" },
  ],
  [
    "that is not on the PATH",
    { Cmd: ["node", "server.js"] },
    { code: "IMAGE_COMMAND_NOT_FOUND", exitCode: 127, message: "oci:app has no node to start" },
  ],
  [
    "without a name",
    { Entrypoint: [""] },
    { code: "IMAGE_COMMAND_NOT_FOUND", exitCode: 127, message: 'oci:app has no "" to start' },
  ],
  [
    "that is not executable",
    { Entrypoint: ["./index.html"] },
    {
      code: "IMAGE_COMMAND_NOT_EXECUTABLE",
      exitCode: 126,
      message: "./index.html of oci:app cannot be started: it is not executable",
    },
  ],
  [
    "that is a directory",
    { Entrypoint: ["/bin"] },
    {
      code: "IMAGE_COMMAND_NOT_EXECUTABLE",
      exitCode: 126,
      message: "/bin of oci:app cannot be started: it is a directory",
    },
  ],
  [
    "that lacks its interpreter",
    { Entrypoint: ["script"] },
    {
      code: "IMAGE_COMMAND_NOT_EXECUTABLE",
      exitCode: 126,
      message: "script of oci:app cannot be started: its interpreter /bin/bash is not in the image",
    },
  ],
])("a command %s is an error", async ([, config, error]) => {
  await expect(start(config)).rejects.toMatchObject({ ...error, hint: "Name another program with --entrypoint." });
  expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});

test("the processes of an image are told when its command is missing", async () => {
  const Labels = { "io.buildpacks.build.metadata": '{"processes":[{"type":"web"},{"type":"job"}]}' };
  await expect(start({ Cmd: ["/no"], Labels })).rejects.toMatchObject({
    hint: "Choose one of its processes with --process (job, web), or another program with --entrypoint.",
  });
});

test("a working directory below a file is an error", async () => {
  await expect(start({ Cmd: ["/bin/sh"], WorkingDir: "/workspace/index.html/x" })).rejects.toMatchObject({
    code: "IMAGE_INVALID",
    message: "oci:app cannot be started in /workspace/index.html/x: /workspace/index.html is not a directory",
    hint: "Give the image another WorkingDir.",
  });
  expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});

test("nothing is started when it was stopped before", async () => {
  const signal = AbortSignal.abort(new Error("stopped by SIGINT"));
  await expect(start({ Cmd: ["/bin/sh"] }, { signal })).rejects.toThrow("stopped by SIGINT");
  const own = join(dir, "stopped");
  await expect(start({ Cmd: ["/bin/sh"] }, { signal, cacheDir: own })).rejects.toThrow("stopped by SIGINT");
  expect(existsSync(own)).toBe(false);
});

test("nothing keeps running when it is stopped while it starts", async () => {
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

test("an app with a limit of memory sees it where launch helpers look, and cannot take more", async () => {
  const files = "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes";
  const memoryBytes = 64 * 1024 * 1024;
  const { app, output } = await start({ Entrypoint: ["sh", "-c", files] }, { memoryBytes });
  expect(await app.ended).toEqual({ exitCode: 0 });
  expect(output()).toBe(`${memoryBytes}\n${memoryBytes}\n`);
  const greedy = "dd if=/dev/zero of=/dev/null bs=268435456 count=1";
  const { app: large } = await start({ Entrypoint: ["busybox", "sh", "-c", greedy] }, { memoryBytes });
  expect([1, 137]).toContain((await large.ended).exitCode);
});
