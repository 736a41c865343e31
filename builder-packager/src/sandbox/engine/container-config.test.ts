import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { engineProfile } from "../seccomp/engine-profile.ts";
import type { SandboxSpec } from "../spec.ts";
import { containerConfig } from "./container-config.ts";
import { userOf } from "./container-process.ts";
import { outputFrames } from "./output-frames.ts";
import { isAbandoned, ownOwner } from "./owner.ts";
import { seccompOption } from "./seccomp-option.ts";

const spec: SandboxSpec = {
  rootfs: "/cache/root",
  rootfsWritable: false,
  mounts: [],
  command: ["/cnb/lifecycle/detector", "it's"],
  env: { PATH: "/bin", TOKEN: "secret" },
  cwd: "/workspace",
  uid: 1000,
  gid: 1001,
  network: false,
  limits: { memoryBytes: 512 },
};
const root = {
  mounts: [{ source: "/work/layers", target: "/layers", readonly: false }],
  links: [],
  tmpfs: [{ target: "/tmp" }],
};
const context = {
  image: "links:1",
  user: "1000:1001",
  init: true,
  ulimits: [],
  rootless: false,
  seccomp: "seccomp={}",
  labels: { owner: "me" },
  streams: { stdin: false, terminal: false },
};

test("a container has the restrictions of a namespace sandbox", () => {
  expect(containerConfig(spec, root, context)).toEqual({
    Image: "links:1",
    Entrypoint: [],
    Cmd: ["/cnb/lifecycle/detector", "it's"],
    Env: ["PATH=/bin", "TOKEN=secret"],
    User: "1000:1001",
    WorkingDir: "/workspace",
    Hostname: "cnb",
    AttachStdout: true,
    AttachStderr: true,
    Labels: { owner: "me" },
    HostConfig: {
      NetworkMode: "none",
      CapDrop: ["ALL"],
      PidsLimit: 4096,
      ShmSize: 64 * 2 ** 20,
      SecurityOpt: ["no-new-privileges", "label=disable", "seccomp={}"],
      Init: true,
      LogConfig: { Type: "none", Config: {} },
      Memory: 512,
      MemorySwap: 512,
      ReadonlyRootfs: true,
      Mounts: [{ Type: "bind", Source: "/work/layers", Target: "/layers", ReadOnly: false }],
      Tmpfs: { "/tmp": expect.stringMatching(/^rw,nosuid,nodev,exec,mode=1777,size=\d+$/) },
    },
  });
});

test("an app container gets streams, a terminal, ports and the engine's network", () => {
  const ports = [
    { address: "127.0.0.1", hostPort: 8080, containerPort: 80 },
    { address: "::1", hostPort: 8080, containerPort: 80 },
    { address: "0.0.0.0", hostPort: 9000, containerPort: 90 },
  ];
  const streams = { stdin: true, terminal: true };
  expect(containerConfig({ ...spec, network: true, ports }, root, { ...context, streams })).toMatchObject({
    AttachStdin: true,
    OpenStdin: true,
    StdinOnce: true,
    Tty: true,
    ExposedPorts: { "80/tcp": {}, "90/tcp": {} },
    HostConfig: {
      NetworkMode: "default",
      Sysctls: { "net.ipv4.ip_unprivileged_port_start": "0" },
      PortBindings: {
        "80/tcp": [
          { HostIp: "127.0.0.1", HostPort: "8080" },
          { HostIp: "::1", HostPort: "8080" },
        ],
        "90/tcp": [{ HostIp: "0.0.0.0", HostPort: "9000" }],
      },
    },
  });
});

test.for<[string, Parameters<typeof userOf>[0], number, ReturnType<typeof userOf>]>([
  [
    "the user of the image in rootful Docker if root started cnb",
    { backend: "docker", rootless: false },
    0,
    { user: "1000:1001" },
  ],
  [
    "the calling user in rootful Docker if an ordinary user started cnb",
    { backend: "docker", rootless: false },
    501,
    { user: "501:20" },
  ],
  [
    "root of the container, which is the calling user, in rootless Docker",
    { backend: "docker", rootless: true },
    501,
    { user: "0:0" },
  ],
  ["the user of the image in rootful podman", { backend: "podman", rootless: false }, 0, { user: "1000:1001" }],
  [
    "the user of the image, which is mapped to the calling user, in rootless podman",
    { backend: "podman", rootless: true },
    501,
    { user: "1000:1001", userNamespace: "keep-id:uid=1000,gid=1001" },
  ],
])("buildpacks run in a container as %s", ([, engine, caller, expected]) => {
  expect(userOf(engine, spec, caller, 20)).toEqual(expected);
});

test.for([1, 3, 8, 100])("the output of a container arrives completely in chunks of %i bytes", (size) => {
  const frame = (stream: number, text: string) =>
    Buffer.concat([Buffer.from([stream, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);
  const bytes = Buffer.concat([frame(1, "out "), frame(2, "bad"), frame(1, ""), frame(1, "more")]);
  const said = { stdout: "", stderr: "" };
  const take = outputFrames((chunk, stream) => {
    said[stream] += Buffer.from(chunk).toString();
  });
  for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size));
  expect(said).toEqual({ stdout: "out more", stderr: "bad" });
});

test("containers are stale if the cnb process that created them has ended", () => {
  const [machine, pid] = ownOwner().split(".");
  expect(
    [ownOwner(), `${machine}.${pid}.1`, `${machine}.999999999.1`, "elsewhere.999999999.1", ""].map(isAbandoned),
  ).toEqual([false, true, true, false, false]);
});

test("Docker gets the sandbox's seccomp filter as text, podman as a file", () => {
  const cache = mkdtempSync(join(tmpdir(), "engine-"));
  try {
    const env = { LIBCNB_CACHE_DIR: cache };
    const given = (components: readonly string[], architecture = "x64") =>
      seccompOption(
        { where: "here" },
        { securityOptions: ["name=seccomp,profile=default"], components },
        env,
        architecture,
      );
    const profile = JSON.stringify(engineProfile("amd64"));
    expect(given(["Engine", "containerd"])).toBe(`seccomp=${profile}`);
    const file = given(["Podman Engine", "Conmon"])?.replace("seccomp=", "") ?? "";
    expect(readFileSync(file, "utf8")).toBe(profile);
    expect(given(["Engine"], "arm64")).toContain("SCMP_ARCH_AARCH64");
    expect(given(["Engine"], "s390x")).toBe(undefined);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
});

test("an engine without seccomp support is refused", () => {
  const facts = { securityOptions: ["name=apparmor", "name=rootless"], components: ["Engine"] };
  expect(() => seccompOption({ where: "here" }, facts, {})).toThrow(
    expect.objectContaining({
      code: "SANDBOX_FAILED",
      message: "the container engine at here has no seccomp, so containers could use any system call",
    }),
  );
});
