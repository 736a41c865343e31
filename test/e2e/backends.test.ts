import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TarEntry, writeImage } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, type Outcome, pinnedNode, root } from "../support/cnb.ts";
import { type Engine, startDocker } from "../support/service.ts";
import { shellBuilder } from "../support/shell-builder.ts";
import { tinyImage } from "../support/tiny-images.ts";

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
if echo x > /workspace/hostile; then echo detect wrote into the app; exit 1; fi 2>/dev/null
exit 0
`;
const program = (name: string, text: string): TarEntry => ({
  ...{ type: "file", path: `lifecycle/${name}`, mode: 0o755, uid: 0, gid: 0 },
  content: Buffer.from(text),
});

let dir: string;
let docker: Engine;
const place = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "backends-"));
  await chmod(dir, 0o755);
  for (const name of ["images", "app"]) await mkdir(place(name));
  for (const name of ["out", "cache"]) await mkdir(place(name), { mode: 0o777 });
  for (const name of ["out", "cache"]) await chmod(place(name), 0o777);
  await writeFile(place("app/file"), "content\n");
  const run = await tinyImage(dir, { shell: true, env: ["PATH=/bin"] });
  await writeImage(run, { kind: "oci", dir: place("images/run") }, { name: "localhost/run:1" });
  const builder = await shellBuilder({
    dir,
    runImage: "localhost/run:1",
    buildpacks: [
      {
        ...{ id: "test/all", version: "1.0.0" },
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
  await writeImage(builder, { kind: "oci", dir: place("images/builder") }, { name: "builder:1" });
  docker = await startDocker();
  const socket = docker.host.replace("unix://", "");
  await chmod(dirname(socket), 0o711);
  await chmod(socket, 0o666);
  await writeImage(
    builder,
    { kind: "docker-daemon", name: "builder:1" },
    { daemon: { env: { DOCKER_HOST: docker.host } } },
  );
}, 120_000);
afterAll(async () => {
  await docker?.stop();
  await rm(dir, { recursive: true, force: true });
});

const command = [pinnedNode, join(root, "builder-packager/bin/cnb.js")];
const common = () => ["--path", place("app"), "--run-image", `oci:${place("images/run")}`];

/** Builds in a sandbox of this machine. */
function sandboxed(backend: string, user: string): Promise<Outcome> {
  const name = `${backend}-${user}`;
  const env = { PATH: process.env.PATH, DOCKER_HOST: docker.host, LIBCNB_CACHE_DIR: place(`cache/${name}`) };
  const args = [...command, "build", `oci:${place(`out/${name}`)}`, "--backend", backend, ...common()];
  const whole = [...args, "--builder", `oci:${place("images/builder")}`];
  if (user === "root") return execute(whole[0] ?? "", whole.slice(1), { env: { ...env, HOME: process.env.HOME } });
  return execute("runuser", ["-u", user, "--", ...whole], { env: { ...env, HOME: `/home/${user}` } });
}

/** Builds in a container of the builder, as a job of CI without privileges does. */
function direct(user: string, ...flags: readonly string[]): Promise<Outcome> {
  const name = `direct-${user.replace(":", "-")}`;
  const mounts = ["/usr/lib:/lib:ro", "/usr/lib64:/lib64:ro", `${root}:${root}:ro`, `${dir}:${dir}`];
  const options = ["--rm", "--network=host", "--user", user, ...mounts.flatMap((mount) => ["--volume", mount])];
  const env = [`--env=LIBCNB_CACHE_DIR=${place(`cache/${name}`)}`, "--env=HOME=/home/cnb"];
  return docker.docker(
    "run",
    ...options,
    ...env,
    ...flags,
    "builder:1",
    ...command,
    "build",
    `oci:${place(`out/${name}`)}`,
    ...common(),
  );
}

const digestOf = ({ stdout, stderr }: Outcome): string => {
  if (!/^sha256:[0-9a-f]{64}\n$/.test(stdout)) throw new Error(stdout + stderr);
  return stdout;
};

let expected: Promise<string> | undefined;
const reference = (): Promise<string> => (expected ??= sandboxed("unshare", "root").then(digestOf));

describe("one image comes", () => {
  test.for([
    ["bubblewrap", "root"],
    ["docker", "root"],
    ["podman", "root"],
    ["auto", "root"],
    ["bubblewrap", "cnb-tester"],
    ["unshare", "cnb-tester"],
    ["docker", "cnb-tester"],
    ["podman", "cnb-tester"],
  ])("from %s as %s", async ([backend = "", user = ""]) => {
    expect(digestOf(await sandboxed(backend, user))).toBe(await reference());
  });

  test.for(["0:0", "1000:1000"])("from a container of the builder, without any privilege, as %s", async (user) => {
    const first = await direct(user, "--cap-drop=ALL", ...(user === "0:0" ? rootNeeds : []));
    expect(digestOf(first)).toBe(await reference());
    // Cached layers and the previous image are found again.
    const again = await direct(user, "--cap-drop=ALL", ...(user === "0:0" ? rootNeeds : []));
    expect(again.stderr).toContain("Restored");
    expect(digestOf(again)).toBe(await reference());
  });
});

/** What a container's root has by default, and needs in order to be somebody else for buildpacks. */
const rootNeeds = ["SETUID", "SETGID", "CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL"].map((name) => `--cap-add=${name}`);

test("a container that holds something else already is left as it is", async () => {
  await mkdir(place("precious"));
  await writeFile(place("precious/file"), "mine");
  const outcome = await direct("0:0", "--volume", `${place("precious")}:/workspace`);
  expect(outcome.stderr).toContain(`ERROR: nothing can be built directly in this container: /workspace is not empty
HINT: Start it as root or as the builder's user, and mount the application elsewhere: it is copied to /workspace.
CODE: SANDBOX_FAILED`);
  expect(await readFile(place("precious/file"), "utf8")).toBe("mine");
});

test("outside of a builder there is no direct way", async () => {
  const args = [...command, "build", `oci:${place("out/none")}`, "--backend", "direct", ...common()];
  const { exitCode, stderr } = await execute(args[0] ?? "", args.slice(1), {
    env: { PATH: process.env.PATH, LIBCNB_CACHE_DIR: place("cache/none") },
  });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: `ERROR: cnb does not run in a builder: /cnb/order.toml, /cnb/lifecycle/launcher, CNB_USER_ID or CNB_GROUP_ID is missing
HINT: Start cnb in a container of the builder image, or give a builder with --builder.
CODE: BUILDER_INVALID
`,
  });
});
