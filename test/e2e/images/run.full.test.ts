// @needs busybox, docker, docker-registry, dockerd, root
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { childrenOf } from "../../../builder-packager/src/sandbox/processes/process-tree.ts";
import { type Account, accounts } from "../../../builder-packager/src/sandbox/testing/fixture.ts";
import { type Outcome, pinnedNode, root } from "../../support/cnb.ts";
import { freePort } from "../../support/http.ts";
import { officialLifecycle } from "../../support/lifecycle/official-lifecycle.ts";
import { releasedLifecycle } from "../../support/lifecycle/released-lifecycle.ts";
import { allStarted, type Engine, type Registry, startDocker, startRegistry } from "../../support/service.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** Two processes of an app that buildpacks built: what they print is what the launcher of the lifecycle started. */
const build = `#!/bin/sh
cat > "$CNB_LAYERS_DIR/launch.toml" <<'END'
[[processes]]
type = "web"
command = ["busybox", "echo", "web"]
args = ["by", "default"]
default = true
[[processes]]
type = "job"
command = ["sh", "-c", 'echo "job of $0: $*"', "us"]
END
`;

let dir: string;
let registry: Registry;
let docker: Engine;
const location = (name: string) => join(dir, name);
const plain = () => `oci:${location("plain")}`;
const built = () => `${registry.host}/built:1`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "run-"));
  await chmod(dir, 0o755);
  [registry, docker] = await allStarted([startRegistry(), startDocker()]);
  const image = oci.mutate.config(await shellImage(dir, { env: ["PATH=/bin"] }), {
    Entrypoint: ["busybox"],
  });
  await writePlain(image);
  await buildApp(image);
  for (const { name } of accounts()) {
    await mkdir(location(name));
    await chmod(location(name), 0o777);
  }
}, 120_000);
afterAll(async () => {
  await docker?.stop();
  await registry?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** An image of nobody's buildpacks, in each kind of place. */
async function writePlain(image: Image): Promise<void> {
  const locations = [plain(), `oci-archive:${location("plain.tar")}`, `docker-archive:${location("docker.tar")}`];
  for (const each of locations) await oci.write(image, parseImageReference(each), { name: "plain:1" });
  await oci.write(image, parseImageReference(`${registry.host}/plain:1`));
  const socket = docker.host.replace("unix://", "");
  await chmod(dirname(socket), 0o711);
  await chmod(socket, 0o666); // as for members of the group docker
  const daemon = { env: { DOCKER_HOST: docker.host } };
  await oci.write(image, parseImageReference("docker-daemon:plain:1"), { daemon });
}

/** An app of a buildpack. */
async function buildApp(runImage: Image): Promise<void> {
  const lifecycle = await releasedLifecycle();
  await oci.write(runImage, parseImageReference(`${registry.host}/run:1`));
  const toml = `api = "0.10"\n[buildpack]\nid = "test/app"\nversion = "1.0.0"\n`;
  const builder = await shellBuilder({
    dir,
    lifecycle,
    runImage: `${registry.host}/run:1`,
    platformApis: ["0.13"],
    files: { "/mnt/cache": "" }, // a place for the official lifecycle's cache
    buildpacks: [
      {
        id: "test/app",
        version: "1.0.0",
        files: { "buildpack.toml": toml, "bin/detect": "#!/bin/sh\n", "bin/build": build },
      },
    ],
    order: `[[order]]\n[[order.group]]\nid = "test/app"\nversion = "1.0.0"\n`,
  });
  await oci.write(builder, parseImageReference(`oci:${location("builder")}`), { name: "builder:1" });
  await create(`oci:${location("builder")}`);
}

/** The official lifecycle builds and exports. */
async function create(builder: string): Promise<void> {
  const official = await officialLifecycle(builder, { platformEnv: {}, authority: undefined });
  try {
    const flags = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform"];
    const outcome = await official.run("creator", [...flags, "-run-image", `${registry.host}/run:1`, built()]);
    if (outcome.exitCode !== 0) throw new Error(outcome.stdout + outcome.stderr);
  } finally {
    await official.remove();
  }
}

/** `cnb run` as somebody. */
function start({ name, uid, gid }: Account, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const env = { PATH: process.env.PATH, HOME: location(name), LIBCNB_CACHE_DIR: location(`${name}/cache`) };
  const identity = process.getuid?.() === 0 ? { uid, gid } : {};
  const command = [join(root, "builder-packager/bin/cnb.js"), "run", "--insecure-registry", registry.host, ...args];
  const whole = { ...env, DOCKER_HOST: docker.host, ...options.env };
  return spawn(pinnedNode, command, { cwd: dir, stdio: "pipe", ...options, ...identity, env: whole });
}

async function ended(child: ChildProcess, input?: string): Promise<Outcome> {
  child.stdin?.on("error", () => {}).end(input);
  const words = ["stdout", "stderr"].map((name) => {
    const stream = child[name as "stdout" | "stderr"];
    return stream ? text(stream) : "";
  });
  const [code, signal] = await once(child, "close");
  const [stdout = "", stderr = ""] = await Promise.all(words);
  return { exitCode: code ?? -1, signal, stdout, stderr };
}

const run = (as: Account, ...args: readonly string[]): Promise<Outcome> => ended(start(as, args));

/** Waits for a line of the output. */
async function says(child: ChildProcess, stream: "stdout" | "stderr", words: RegExp): Promise<RegExpExecArray> {
  let said = "";
  for await (const part of child[stream] ?? []) {
    said += part;
    const found = words.exec(said);
    if (found) return found;
  }
  throw new Error(`it never said ${words}: ${said}`);
}

const everyone = accounts();
const user = everyone.at(-1) as Account;
const rows = everyone.flatMap((as) =>
  ["unshare", "bubblewrap"].map((backend): [string, string, Account] => [backend, as.name, as]),
);

describe.for(rows)("with the sandbox %s and cnb run as %s,", ([backend, , as]) => {
  const flags = ["--backend", backend];
  const page = "mkdir /tmp/www; echo hello >/tmp/www/index.html; exec busybox httpd -f -p 80 -h /tmp/www";
  const server = () => [...flags, "--network", "none", "-p", "80", plain(), "--", "sh", "-c", page];

  async function serving(): Promise<{ child: ChildProcess; port: number }> {
    const child = start(as, server());
    child.stdout?.resume();
    const [, port] = await says(child, "stderr", /127\.0\.0\.1:(\d+) forwards to port 80 of the app\n/);
    const address = `http://127.0.0.1:${port}/index.html`;
    await vi.waitFor(async () => expect(await (await fetch(address)).text()).toBe("hello\n"), 20_000);
    return { child, port: Number(port) };
  }

  test("with --network none, a published port is the app's only connection, and it closes when the app ends", async () => {
    const { child, port } = await serving();
    expect(await refusal(80)).toBe("ECONNREFUSED");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([143, null]);
    expect(await refusal(port)).toBe("ECONNREFUSED");
    const inside = "busybox ip -o addr | busybox grep -c inet; busybox wget -q -O - http://1.1.1.1 2>&1";
    const alone = await run(as, ...flags, "--network", "none", plain(), "--", "sh", "-c", inside);
    expect(alone.stdout).toBe("2\nwget: can't connect to remote host (1.1.1.1): Network is unreachable\n");
  });

  test("a killed cnb leaves no processes and files", async () => {
    const { child, port } = await serving();
    const family = await descendants(child.pid ?? -1);
    expect(family.length).toBeGreaterThan(2);
    child.kill("SIGKILL");
    await vi.waitFor(() => expect(family.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]), 20_000);
    expect(await refusal(port)).toBe("ECONNREFUSED");
  });

  test("cnb run passes on streams, arguments, variables and the exit code", async () => {
    const script = 'cat; echo "$GREETING $1"; echo bad >&2; exit 7';
    const args = [...flags, "-e", "GREETING=hello", plain(), "--", "sh", "-c", script, "sh", "--env-file=x y"];
    expect(await ended(start(as, args), "input\n")).toEqual({
      exitCode: 7,
      signal: null,
      stdout: "input\nhello --env-file=x y\n",
      stderr: expect.stringMatching(/^(Unpacking 1 layers\n)?bad\n$/),
    });
    const killed = await run(as, ...flags, plain(), "--", "sh", "-c", "kill -SEGV $$");
    expect(killed.exitCode).toBe(139);
  });

  test.for(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const)(
    "cnb run forwards %s to the app and continues",
    async (signal) => {
      const script = `trap 'echo got ${signal}; exit 5' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`;
      const child = start(as, [...flags, plain(), "--", "sh", "-c", script.replaceAll("sleep", "busybox sleep")]);
      child.stderr?.resume();
      let said = "";
      child.stdout?.on("data", (part) => {
        said += part;
        if (`${part}` === "ready\n") child.kill(signal);
      });
      expect(await once(child, "close")).toEqual([5, null]);
      expect(said).toBe(`ready\ngot ${signal}\n`);
    },
  );

  test("the app gets a terminal if cnb has one, and an empty stdin if stdin is closed", async () => {
    const script = "test -t 0 && test -t 1 && echo terminal; exit 3";
    const command = [pinnedNode, join(root, "builder-packager/bin/cnb.js"), "run", ...flags, plain(), "--"];
    const quoted = [...command, "sh", "-c", script].map((word) => `'${word}'`).join(" ");
    const options = {
      ...(process.getuid?.() === 0 && { uid: as.uid, gid: as.gid }),
      env: { PATH: process.env.PATH, LIBCNB_CACHE_DIR: location(`${as.name}/cache`) },
    };
    const seen = await ended(spawn("script", ["-qec", quoted, "/dev/null"], options));
    expect([seen.exitCode, seen.stdout]).toEqual([3, "terminal\r\n"]);
    const closed = await ended(spawn("sh", ["-c", `${quoted.replace(script, "cat; echo read")} <&-`], options));
    expect([closed.exitCode, closed.stdout]).toEqual([0, "read\n"]);
  });

  test("the launcher starts a process with the given arguments", async () => {
    const said = async (...args: string[]) => (await run(as, ...flags, ...args)).stdout;
    expect(await said(built())).toBe("web by default\n");
    expect(await said(built(), "--", "a", "b c")).toBe("web a b c\n");
    expect(await said("--process", "job", built())).toBe("job of us: \n");
    expect(await said("--process", "job", built(), "--", "-e", "x")).toBe("job of us: -e x\n");
    const launcher = "/cnb/lifecycle/launcher";
    expect(await said("--entrypoint", launcher, built(), "--", "--", "busybox", "echo", "own")).toBe("own\n");
  });

  test("the app gets volumes, bindings and env files", async () => {
    const given = location(`${as.name}/given-${backend}`);
    await mkdir(join(given, "bindings/db"), { recursive: true });
    await mkdir(join(given, "data"));
    await chmod(join(given, "data"), 0o777);
    await writeFile(join(given, "bindings/db/type"), "postgresql\n");
    await writeFile(join(given, "some.env"), "# a comment\nA=1=2\n");
    const script = "cat $SERVICE_BINDING_ROOT/db/type; echo $A >/data/out; echo x >/read-only/out";
    const volumes = ["--volume", `${given}/data:/data:rw`, "--volume", `${given}/data:/read-only`];
    const more = ["--binding", join(given, "bindings"), "--env-from", join(given, "some.env")];
    const outcome = await run(as, ...flags, ...volumes, ...more, plain(), "--", "sh", "-c", script);
    expect(outcome.stdout).toBe("postgresql\n");
    expect(outcome.stderr).toBe("sh: can't create /read-only/out: Read-only file system\n");
    expect(await ended(spawn("cat", [join(given, "data/out")]))).toMatchObject({ stdout: "1=2\n" });
  });
});

/** A program of a third party that uses the library. `container().exec` of the test kit does the same. */
const program = `
const [, packager, name, cacheDir] = process.argv;
const { openHost, startImage } = await import(packager + "/dist/api/index.js");
const { parseImageReference } = await import(packager + "/dist/api/oci.js");
const host = await openHost({ cacheDir });
const image = parseImageReference(name);
const publish = [{ address: "127.0.0.1", hostPort: 0, containerPort: 80 }];
for (const network of [true, false]) {
  const app = await startImage({ image, backend: "unshare", args: ["sleep", "60"], network, publish }, host);
  console.log(await app.run(["sh", "-c", "id -u; cat; exit 3"], { input: "said" }));
  await app.stop(0);
}
`;

test.for(everyone.map((as): [string, Account] => [as.name, as]))(
  "the user %s can run a second command in the sandbox of an app, also in a private network",
  async ([name, { uid, gid }]) => {
    const args = [join(root, "builder-packager"), plain(), location(`${name}/cache`)];
    const user = process.getuid?.() === 0 ? { uid, gid } : {};
    const options = { ...user, cwd: dir, env: { ...process.env, HOME: dir } };
    const outcome = await ended(spawn(pinnedNode, ["--input-type=module", "-e", program, ...args], options));
    const line = "{ exitCode: 3, stdout: '1000\\nsaid', stderr: '' }\n";
    expect(outcome).toMatchObject({ stderr: "", stdout: line + line });
  },
);

/** Why nobody can connect. */
const refusal = async (port: number): Promise<string> =>
  (await once(connect(port, "127.0.0.1"), "error"))[0].code as string;

async function descendants(pid: number): Promise<readonly number[]> {
  const children = await childrenOf(pid);
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

test.for(["oci-archive:plain.tar", "docker-archive:docker.tar", "docker-daemon:plain:1", "REGISTRY/plain:1"])(
  "cnb run starts an image without labels from %s",
  async (name) => {
    const image = name.replace("REGISTRY", registry.host);
    expect(await run(user, image, "--", "echo", "here")).toMatchObject({ exitCode: 0, stdout: "here\n" });
  },
);

test("cnb run in a container of an engine passes on streams and the exit code, too", async () => {
  const script = "cat; echo bad >&2; exit 7";
  const child = start(user, ["--backend", "docker", plain(), "--", "sh", "-c", script]);
  expect(await ended(child, "input\n")).toMatchObject({ exitCode: 7, stdout: "input\n", stderr: "bad\n" });
});

test("cnb run reports a port in use before it unpacks the image", async () => {
  const server = createServer();
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const empty = { env: { LIBCNB_CACHE_DIR: location(`${user.name}/empty`) } };
  for (const network of ["host", "none"]) {
    const args = ["--network", network, "-p", "80", "-p", `${port}:3000`, plain(), "--", "true"];
    expect(await ended(start(user, args, empty))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`port ${port} of 127.0.0.1 is not available`),
    });
  }
  expect(existsSync(location(`${user.name}/empty`))).toBe(false);
  server.close();
});

test.for([
  [["-p", "x"], "--publish x is neither HOST:CONTAINER nor a port of the app"],
  [["--network", "bridge"], "--network bridge is unknown"],
  [
    ["--volume", "data:/data"],
    "--volume data:/data refers to a named volume of a container engine, which cnb does not support",
  ],
] as const)("cnb run refuses the flags %j", async ([flags, message]) => {
  const { exitCode, stderr } = await run(user, ...flags, plain(), "--", "true");
  expect([exitCode, stderr.split("\n")[0]]).toEqual([3, `ERROR: ${message}`]);
});
