// @needs busybox, docker, dockerd, root
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TarEntry } from "@libcnb/packager/oci";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownerLabel, ownOwner } from "../../../builder-packager/src/sandbox/engine/owner.ts";
import { execute, type Outcome, pinnedNode, root } from "../../support/cnb.ts";
import { type Engine, startDocker } from "../../support/service.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** Says who and where it is, and leaves something in each kind of layer. */
const build = `#!/bin/sh
set -e
id -u
cat /workspace/file > /workspace/copied
cd "$CNB_LAYERS_DIR"
mkdir -p kept env
echo "$CNB_TARGET_DISTRO_NAME $HOME $(pwd)" > kept/seen
echo "$PATH" > env/path
printf '[types]\\nlaunch = true\\ncache = true\\n' > kept.toml
printf '[types]\\nlaunch = true\\n' > env.toml
printf '[[processes]]\\ntype = "web"\\ncommand = ["cat", "file"]\\ndefault = true\\n' > launch.toml
`;
const detect = `#!/bin/sh
test -e "$CNB_PLATFORM_DIR/env/BP_DETECT_READS" && exit 0
if echo x > /workspace/hostile; then echo detect wrote into the app; test -e "$CNB_PLATFORM_DIR/env/BP_DETECT_WRITES" || exit 1; fi 2>/dev/null
exit 0
`;
const program = (name: string, text: string): TarEntry => ({
  type: "file",
  path: `lifecycle/${name}`,
  mode: 0o755,
  uid: 0,
  gid: 0,
  content: Buffer.from(text),
});

let dir: string;
let docker: Engine;
const location = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "backends-"));
  await chmod(dir, 0o755);
  for (const name of ["images", "app"]) await mkdir(location(name));
  for (const name of ["out", "cache"]) await mkdir(location(name), { mode: 0o777 });
  for (const name of ["out", "cache"]) await chmod(location(name), 0o777);
  await writeFile(location("app/file"), "content\n");
  await writeExtra(location("extra"));
  const run = await shellImage(dir, { env: ["PATH=/bin"] });
  await oci.write(run, { kind: "oci", dir: location("images/run") }, { name: "localhost/run:1" });
  const builder = await shellBuilder({
    dir,
    runImage: "localhost/run:1",
    buildpacks: [
      {
        id: "test/all",
        version: "1.0.0",
        files: {
          "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/all"\nversion = "1.0.0"\n`,
          "bin/detect": detect,
          "bin/build": build,
        },
      },
    ],
    order: `[[order]]\n[[order.group]]\nid = "test/all"\nversion = "1.0.0"\n`,
    lifecycle: {
      version: "0.21.0",
      entries: [program("launcher", "launcher"), program("exporter", "#!/bin/sh\necho 0.21.0\n")],
    },
    platformApis: ["0.12", "0.13", "0.14", "0.15"],
  });
  await oci.write(builder, { kind: "oci", dir: location("images/builder") }, { name: "builder:1" });
  docker = await startDocker();
  const socket = docker.host.replace("unix://", "");
  await chmod(dirname(socket), 0o711);
  await chmod(socket, 0o666);
  await oci.write(
    builder,
    { kind: "docker-daemon", name: "builder:1" },
    { daemon: { env: { DOCKER_HOST: docker.host } } },
  );
}, 120_000);
afterAll(async () => {
  await docker?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** A buildpack that the builder has not got. It finds its own files by its variable and by its program's name. */
async function writeExtra(to: string, first = ""): Promise<void> {
  const make = `cat "$CNB_BUILDPACK_DIR/note" "\${0%/bin/build}/note" > "$CNB_LAYERS_DIR/noted/notes"`;
  const files = {
    "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/extra"\nversion = "2.0.0"\n`,
    note: "noted\n",
    "bin/detect": `#!/bin/sh\ntest -f "$CNB_BUILDPACK_DIR/note"\n`,
    "bin/build": `#!/bin/sh\nset -e\n${first}\nmkdir "$CNB_LAYERS_DIR/noted"\n${make}\nprintf '[types]\\nlaunch = true\\n' > "$CNB_LAYERS_DIR/noted.toml"\n`,
  };
  await mkdir(join(to, "bin"), { recursive: true });
  for (const [name, text] of Object.entries(files))
    await writeFile(join(to, name), text, { mode: name.startsWith("bin/") ? 0o755 : 0o644 });
}

const command = [pinnedNode, join(root, "builder-packager/bin/cnb.js")];
const common = () => ["--path", location("app"), "--run-image", `oci:${location("images/run")}`];

/** Builds in a sandbox of this machine. */
function sandboxed(backend: string, user: string, more: readonly string[] = []): Promise<Outcome> {
  const name = `${backend}-${user}-${more.length}`;
  const env = { PATH: process.env.PATH, DOCKER_HOST: docker.host, LIBCNB_CACHE_DIR: location(`cache/${name}`) };
  const args = [...command, "build", `oci:${location(`out/${name}`)}`, "--backend", backend, ...common(), ...more];
  const whole = [...args, "--builder", `oci:${location("images/builder")}`];
  if (user === "root") return execute(whole[0] ?? "", whole.slice(1), { env: { ...env, HOME: process.env.HOME } });
  return execute("runuser", ["-u", user, "--", ...whole], { env: { ...env, HOME: `/home/${user}` } });
}

/** Builds in a container of the builder, as a job of CI without privileges does. */
function direct(user: string, flags: readonly string[], more: readonly string[] = []): Promise<Outcome> {
  const name = `direct-${user.replace(":", "-")}-${more.length}`;
  const mounts = ["/usr/lib:/lib:ro", "/usr/lib64:/lib64:ro", `${root}:${root}:ro`, `${dir}:${dir}`];
  const options = ["--rm", "--network=host", "--user", user, ...mounts.flatMap((mount) => ["--volume", mount])];
  const env = [`--env=LIBCNB_CACHE_DIR=${location(`cache/${name}`)}`, "--env=HOME=/home/cnb"];
  return docker.docker(
    "run",
    ...options,
    ...env,
    ...flags,
    "builder:1",
    ...command,
    "build",
    `oci:${location(`out/${name}`)}`,
    ...common(),
    ...more,
  );
}

const digestOf = ({ stdout, stderr }: Outcome): string => {
  if (!/^sha256:[0-9a-f]{64}\n$/.test(stdout)) throw new Error(stdout + stderr);
  return stdout;
};

let expected: Promise<string> | undefined;
const reference = (): Promise<string> => (expected ??= sandboxed("unshare", "root").then(digestOf));

describe("cnb build makes the same image", () => {
  test.for([
    ["bubblewrap", "root"],
    ["docker", "root"],
    ["podman", "root"],
    ["auto", "root"],
    ["bubblewrap", "cnb-tester"],
    ["unshare", "cnb-tester"],
    ["docker", "cnb-tester"],
    ["podman", "cnb-tester"],
  ])("with --backend %s as the user %s", async ([backend = "", user = ""]) => {
    expect(digestOf(await sandboxed(backend, user))).toBe(await reference());
  });

  test.for(["0:0", "1000:1000"])("if user %s runs it in an unprivileged container of the builder", async (user) => {
    const flags = ["--cap-drop=ALL", ...(user === "0:0" ? rootNeeds : [])];
    const first = await direct(user, flags);
    expect(digestOf(first)).toBe(await reference());
    // Cached layers and the previous image are found again.
    const again = await direct(user, flags);
    expect(again.stderr).toContain("Restored");
    expect(digestOf(again)).toBe(await reference());
  });

  // Tekton mounts such a volume at /workspace in each step, and a pod with a read-only root file system needs both.
  test("if it runs in a container whose /workspace and /layers are volumes of root that everyone can write to", async () => {
    const volumes = ["workspace", "layers"].flatMap((name) => ["--volume", `${location(`of-root/${name}`)}:/${name}`]);
    for (const name of ["workspace", "layers"]) {
      await mkdir(location(`of-root/${name}`), { recursive: true });
      await chmod(location(`of-root/${name}`), 0o777);
    }
    const inVolumes = (env: string) => direct("1000:1000", ["--cap-drop=ALL", ...volumes], ["--env", env]);
    expect(digestOf(await inVolumes("BP_DETECT_READS=1"))).toBe(await reference());
    const writes = await inVolumes("BP_DETECT_WRITES=1");
    expect(
      writes.stderr,
    ).toContain(`ERROR: a buildpack created the file /workspace/hostile during detect, which is not allowed
HINT: Report this to the author of the buildpack that writes this file: detect must not change the application.
CODE: SANDBOX_FAILED`);
    for (const name of ["workspace", "layers"]) expect(await readdir(location(`of-root/${name}`))).toEqual([]);
  });

  test.for(["0:0", "1000:1000"])("if user %s runs it in a container, with an additional buildpack", async (user) => {
    const more = ["--post-buildpack", location("extra")];
    const expected = await sandboxed("unshare", "root", more);
    expect(digestOf(expected)).not.toBe(await reference());
    expect(digestOf(await direct(user, [], more))).toBe(digestOf(expected));
  });

  test.for(["0:0", "1000:1000"])(
    "if user %s runs it in a container, with an image extension that modifies no image",
    async (user) => {
      const noting = `test -f "$CNB_EXTENSION_DIR/extension.toml" && echo "generated as $(id -u)"\n`;
      await writeExtension(location("noting"), { "bin/generate": `#!/bin/sh\n${noting}` });
      const more = ["--extension", location("noting")];
      const expected = await sandboxed("unshare", "root", [...more, ...more]);
      const built = await direct(user, [], more);
      expect(built.stderr).toContain("generated as 1000\n");
      expect(digestOf(built)).toBe(digestOf(expected));
    },
  );
});

async function writeExtension(to: string, files: Readonly<Record<string, string>>): Promise<void> {
  const descriptor = `api = "0.11"\n[extension]\nid = "test/extension"\nversion = "1.0.0"\n`;
  for (const [name, text] of Object.entries({ "extension.toml": descriptor, ...files })) {
    await mkdir(dirname(join(to, name)), { recursive: true });
    await writeFile(join(to, name), text, { mode: name.startsWith("bin/") ? 0o755 : 0o644 });
  }
}

test("image extensions cannot modify a builder from inside its own container", async () => {
  const from = `ARG base_image\nFROM ${["$", "{base_image}"].join("")}\n`;
  await writeExtension(location("building"), { "generate/build.Dockerfile": `${from}RUN true\n` });
  const outcome = await direct("0:0", [], ["--extension", location("building")]);
  expect({ exitCode: outcome.exitCode, stderr: outcome.stderr }).toMatchObject({ exitCode: 3 });
  expect(outcome.stderr).toContain(
    "ERROR: extension test/extension@1.0.0 extends the builder, but cnb runs in a container of the builder (--backend direct), which it cannot extend",
  );
});

/** The capabilities that a container's root has by default and needs to become another user for buildpacks. */
const rootNeeds = ["SETUID", "SETGID", "CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL"].map((name) => `--cap-add=${name}`);

test("cnb build in a container does not modify existing files in /workspace and /layers", async () => {
  await mkdir(location("precious"));
  await writeFile(location("precious/file"), "mine");
  const outcome = await direct("0:0", ["--volume", `${location("precious")}:/workspace`]);
  expect(outcome.stderr).toContain(`ERROR: --backend direct cannot build in this container: /workspace is not empty
HINT: Start the container without files in /workspace and /layers, and mount the application at another path: cnb copies it to /workspace.
CODE: SANDBOX_FAILED`);
  expect(await readFile(location("precious/file"), "utf8")).toBe("mine");
});

test("containers that share build directories build one at a time, and a build after a killed one succeeds", async () => {
  for (const name of ["workspace", "layers"]) await mkdir(location(`shared/${name}`), { recursive: true });
  const volumes = ["workspace", "layers"].flatMap((name) => ["--volume", `${location(`shared/${name}`)}:/${name}`]);
  await writeExtra(location("slow"), "echo slow; sleep 300");
  const killed = direct("0:0", [...volumes, "--name", "slow-build"], ["--pre-buildpack", location("slow")]);
  const claim = location("shared/layers/.libcnb-build.json");
  while ((await readFile(claim).catch(() => undefined)) === undefined) await sleep(100);
  expect((await direct("0:0", volumes)).stderr).toContain("another build is running here");
  await docker.docker("kill", "slow-build");
  await killed;
  expect(JSON.parse(await readFile(claim, "utf8"))).toMatchObject({ pid: expect.any(Number) });
  expect(digestOf(await direct("0:0", volumes))).toBe(await reference());
});

test("the direct backend is not available outside a builder", async () => {
  const args = [...command, "build", `oci:${location("out/none")}`, "--backend", "direct", ...common()];
  const { exitCode, stderr } = await execute(args[0] ?? "", args.slice(1), {
    env: { PATH: process.env.PATH, LIBCNB_CACHE_DIR: location("cache/none") },
  });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: `ERROR: cnb does not run in a builder: /cnb/order.toml, /cnb/lifecycle/launcher, CNB_USER_ID or CNB_GROUP_ID is missing
HINT: Start cnb in a container of the builder image, or pass a builder with --builder.
CODE: BUILDER_INVALID
`,
  });
});

test("cnb build reports a container engine that cannot mount cnb's directories", async () => {
  const cache = location("cache/unseen");
  await mkdir(cache);
  const args = ["build", `oci:${location("out/unseen")}`, "--backend", "docker", ...common()];
  const whole = [...command, ...args, "--builder", `oci:${location("images/builder")}`];
  // Mounted where only cnb is: as on another machine.
  const script = 'mount -t tmpfs none "$0" && exec "$@"';
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DOCKER_HOST: docker.host, LIBCNB_CACHE_DIR: cache };
  const { stderr, exitCode } = await execute("unshare", ["--mount", "sh", "-c", script, cache, ...whole], { env });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`ERROR: the container engine at ${docker.host} cannot mount the files of this machine\n`);
  expect(stderr).toContain(
    "HINT: Use an engine on this machine, set LIBCNB_CACHE_DIR to a directory that the engine can mount, or use another --backend.\nCODE: SANDBOX_FAILED\n",
  );
});

test("the next build removes the containers of a killed cnb and no other containers", async () => {
  const [machine] = ownOwner().split(".");
  const labels = [`${machine}.999999999.1`, `elsewhere.999999999.1`, ownOwner()];
  for (const label of labels) {
    const options = ["--detach", "--network=none", "--label", `${ownerLabel}=${label}`, "builder:1"];
    expect((await docker.docker("run", ...options, "busybox", "sleep", "600")).exitCode).toBe(0);
  }
  expect(digestOf(await sandboxed("docker", "root"))).toBe(await reference());
  const { stdout } = await docker.docker(
    "ps",
    "--all",
    "--format",
    `{{.Label "${ownerLabel}"}}`,
    "--filter",
    `label=${ownerLabel}`,
  );
  expect(stdout.trim().split("\n").sort()).toEqual(labels.slice(1).sort());
});

describe("cnb doctor", () => {
  const doctor = (env: NodeJS.ProcessEnv) =>
    execute(command[0] ?? "", [...command.slice(1), "doctor", "--json"], { env: { PATH: process.env.PATH, ...env } });

  test("reports which backends work on this machine", async () => {
    const { stdout, exitCode } = await doctor({
      DOCKER_HOST: docker.host,
      LIBCNB_CACHE_DIR: location("cache/doctor"),
      HOME: "/root",
    });
    const { canBuild, facts } = JSON.parse(stdout);
    const works = facts.backends.filter(({ reason }: { reason?: string }) => reason === undefined);
    expect({ exitCode, canBuild, works: works.map(({ backend }: { backend: string }) => backend) }).toEqual({
      exitCode: 0,
      canBuild: true,
      works: ["unshare", "bubblewrap", "docker", "podman"],
    });
  });

  test("fails if the cache directory is not writable", async () => {
    const { stdout, exitCode } = await doctor({ DOCKER_HOST: "unix:///no.sock", LIBCNB_CACHE_DIR: "/proc/no" });
    const failed = JSON.parse(stdout).checks.filter(({ status }: { status: string }) => status === "failed");
    expect({ exitCode, failed }).toEqual({
      exitCode: 1,
      failed: [
        {
          name: "cache",
          status: "failed",
          message:
            "/proc/no cannot be written: /proc/no cannot be the cache directory: files cannot be created below /proc",
          advice: "Set LIBCNB_CACHE_DIR to a directory that you can write to.",
        },
      ],
    });
  });
});
