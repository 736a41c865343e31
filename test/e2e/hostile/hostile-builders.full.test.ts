// @needs busybox, cnb-tester, docker, dockerd, podman, root
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, type Image, type ImageConfig, openBlobStore, type TarEntry } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, pinnedNode, root } from "../../support/cnb.ts";
import { type Engine, startDocker } from "../../support/service.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** The additional content of a builder's image. */
interface Hostile {
  readonly config?: NonNullable<ImageConfig["config"]>;
  readonly entries?: readonly TarEntry[];
}

const owner = { uid: 0, gid: 0 };
const link = (path: string, target: string): TarEntry => ({ type: "symlink", path, target, mode: 0o777, ...owner });
const user = ["PATH=/bin", "CNB_USER_ID=1000", "CNB_GROUP_ID=1000"];

const harmless: Readonly<Record<string, Hostile>> = {
  "an entrypoint, a user, volumes, a health check and a working directory of its own": {
    config: {
      Entrypoint: ["/bin/sh", "-c", "echo started"],
      Cmd: ["x"],
      User: "0:0",
      Volumes: { "/layers": {}, "/workspace": {}, "/cnb": {}, "/": {} },
      WorkingDir: "/proc/1",
      StopSignal: "SIGKILL",
      OnBuild: ["RUN false"],
      Healthcheck: { Test: ["CMD", "/bin/false"] },
    },
  },
  "2,000 variables": {
    config: { Env: [...user, ...Array.from({ length: 2000 }, (_, n) => `V${n}=${"x".repeat(500)}`)] },
  },
  "a variable of 3 MB": { config: { Env: [...user, `V=${"x".repeat(3_000_000)}`] } },
  "variables of the dynamic linker": { config: { Env: [...user, "LD_PRELOAD=/evil.so", "GCONV_PATH=/evil"] } },
  "/layers as a link to /etc": { entries: [link("/layers", "/etc")] },
  "/layers as a link out of the image": { entries: [link("/layers", "../../../../../etc")] },
  "a device node for the memory": {
    entries: [{ type: "character-device", path: "/memory", mode: 0o666, devmajor: 1, devminor: 1, ...owner }],
  },
};

const refused: Readonly<Record<string, readonly [image: Hostile, message: string]>> = {
  "/workspace as a link to the root": [
    { entries: [link("/workspace", "/")] },
    "nothing can be mounted at /workspace: in the image, a symbolic link leads from there to the root directory",
  ],
  "/platform as a link into /proc": [
    { entries: [link("/platform", "/proc/self/root")] },
    "nothing can be mounted at /platform: in the image, a symbolic link leads from there to /proc/self/root, but the sandbox mounts its own /proc",
  ],
  "/proc as a link": [
    { entries: [link("/proc", "/layers")] },
    "the image cannot be run: its /proc is a symbolic link to /layers, but the sandbox mounts its own /proc there",
  ],
  "/dev as a file": [
    { entries: [{ type: "file", path: "/dev", mode: 0o644, content: Buffer.from("x"), ...owner }] },
    "a directory cannot be mounted at /dev: in the image, this path is not a directory",
  ],
};

let dir: string;
let docker: Engine;
let builder: Image;
let runImage: Image;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "hostile-builders-"));
  await chmod(dir, 0o755);
  for (const name of ["out", "cache-root", "cache-cnb-tester"]) {
    await mkdir(join(dir, name));
    await chmod(join(dir, name), 0o777);
  }
  await mkdir(join(dir, "app"));
  await writeFile(join(dir, "app/file"), "");
  docker = await startDocker();
  await chmod(dirname(docker.host.replace("unix://", "")), 0o711);
  runImage = await shellImage(dir, { env: ["PATH=/bin"] });
  const content = Buffer.from("launcher");
  builder = await shellBuilder({
    dir,
    runImage: "localhost/run:1",
    platformApis: ["0.13"],
    buildpacks: [
      {
        id: "test/one",
        version: "1.0.0",
        files: {
          "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/one"\nversion = "1.0.0"\n`,
          "bin/detect": "#!/bin/sh\n",
          "bin/build": "#!/bin/sh\nid -u\n",
        },
      },
    ],
    order: `[[order]]\n[[order.group]]\nid = "test/one"\nversion = "1.0.0"\n`,
    lifecycle: {
      version: "0.0.0",
      entries: [{ type: "file", path: "lifecycle/launcher", mode: 0o755, ...owner, content }],
    },
  });
}, 120_000);
afterAll(async () => {
  await docker?.stop();
  await rm(dir, { recursive: true, force: true });
});

describe.for([
  ["docker", "root"],
  ["podman", "cnb-tester"],
  ["unshare", "root"],
] as const)("the backend %s, run as %s with a builder that has", ([backend, account]) => {
  test.for(Object.entries(harmless))("%s, runs the buildpack as the builder's user", async ([, hostile]) => {
    const { exitCode, stderr } = await build(hostile, backend, account);
    expect([exitCode, stderr.match(/^ +\| .*$/gm)]).toEqual([0, ["     | 1000"]]);
    expect(stderr).not.toContain("started");
  });

  test.for(Object.entries(refused))("%s, refuses the build", async ([, [hostile, message]]) => {
    const { exitCode, stderr } = await build(hostile, backend, account);
    const error = stderr.match(/^ERROR: (.*)$/m)?.[1];
    const code = stderr.match(/^CODE: (.*)$/m)?.[1];
    expect([exitCode, error, code]).toEqual([1, message, "SANDBOX_FAILED"]);
  });
});

async function build({ config, entries }: Hostile, backend: string, account: string) {
  const store = await openBlobStore(join(dir, "blobs"));
  const extended = entries ? oci.mutate.appendLayers(builder, [{ layer: await createLayer(entries, store) }]) : builder;
  const location = await mkdtemp(join(dir, "builder-"));
  await chmod(location, 0o755);
  const image = config ? oci.mutate.config(extended, config) : extended;
  await oci.write(image, { kind: "oci", dir: join(location, "image") }, { name: "builder:1" });
  await oci.write(runImage, { kind: "oci", dir: join(location, "run") }, { name: "localhost/run:1" });
  const output = `oci:${join(dir, "out", location.slice(-6))}`;
  const cnb = [pinnedNode, join(root, "builder-packager/bin/cnb.js")];
  const args = [...cnb, "build", output, "--path", join(dir, "app"), "--builder", `oci:${join(location, "image")}`];
  const whole = ["-u", account, "--", ...args, "--backend", backend];
  const home = account === "root" ? process.env.HOME : `/home/${account}`;
  const cache = join(dir, `cache-${account}`);
  return execute("runuser", whole, {
    env: { PATH: process.env.PATH, DOCKER_HOST: docker.host, LIBCNB_CACHE_DIR: cache, HOME: home },
  });
}
