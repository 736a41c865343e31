import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, type Image, openBlobStore, type TarEntry } from "@libcnb/packager/oci";
import { execute, type Outcome, pinnedNode, root } from "../cnb.ts";
import { type Engine, startDocker } from "../service.ts";
import { extensionWorld, fromBase, generating } from "../tiny/extension-world.ts";
import { shellBuilder } from "../tiny/shell-builder.ts";
import { shellImage } from "../tiny/shell-image.ts";
import { type Answers, answersIn } from "./answers.ts";

/** An account of the host that runs cnb. */
export type Account = "root" | "cnb-tester";

/** The machine that the probe must find nothing of, and the ways to run the probe in a sandbox. */
export interface ProbeWorld {
  /** The answers of bin/detect and bin/build. */
  build(backend: string, account: Account): Promise<Readonly<Record<"detect" | "build", Answers>>>;
  /** The same in a container of the builder. */
  direct(user: string): Promise<Readonly<Record<"detect" | "build", Answers>>>;
  /** The answers of an image's first process with a terminal. */
  run(backend: string, account: Account, image: "root" | "user", flags?: readonly string[]): Promise<Answers>;
  /** The answers of `RUN` as root and as an ordinary user. */
  dockerfile(account: Account): Promise<readonly Answers[]>;
  /** True if a key that the probe added in a sandbox is in a keyring of the host's user. */
  keepsKeyOf(user: string): Promise<boolean>;
  /** The answers of the probe on the host, where it must find every marker. */
  host(): Promise<Answers>;
  remove(): Promise<void>;
}

/** The resources of the host that the probe looks for, by the names that it reads in /probe/config. */
type Config = Readonly<Record<"marker" | "path" | "file" | "left" | "pid" | "port" | "socket" | "ipc", string>>;

const hostUsers = ["0", "1000", "cnb-tester"];

export async function probeWorld(): Promise<ProbeWorld> {
  const dir = await mkdtemp(join(tmpdir(), "probe-world-"));
  await chmod(dir, 0o755);
  const probe = await compileProbe(dir);
  const marker = `marker-${basename(dir).slice(-6)}-of-the-host`;
  const host = await prepareHost(dir, probe, marker);
  await writeImages(dir, probe);
  const docker = await startDocker();
  await openTo(docker);
  const world: Prepared = { dir, probe, marker, docker };
  await oci.write(
    await builderImage(dir, probe),
    { kind: "docker-daemon", name: "builder:1" },
    { daemon: { env: { DOCKER_HOST: docker.host } } },
  );
  return {
    build: async (backend, account) => buildAnswers(await build(world, backend, account)),
    direct: async (user) => buildAnswers(await direct(world, user)),
    run: async (backend, account, image, flags = []) => only(await run(world, backend, account, image, flags)),
    dockerfile: (account) => dockerfile(world, account),
    keepsKeyOf: async (user) =>
      (await execute("setpriv", [...asUser(user), probe, "find-key", `left-${marker}`])).stdout === "found\n",
    // In a mount namespace of its own: for a moment there is another /tmp.
    host: async () =>
      only(
        await execute("unshare", ["--mount", "--propagation", "private", probe, "with-key", marker, probe], {
          env: { PROBE_CONFIG: location(dir).config, HOST_SECRET: marker },
        }),
      ),
    async remove() {
      await docker.stop();
      await host.remove();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Prepared {
  readonly dir: string;
  readonly probe: string;
  readonly marker: string;
  readonly docker: Engine;
}

const location = (dir: string) => ({ config: join(dir, "config"), secret: join(dir, "secret") });

async function compileProbe(dir: string): Promise<string> {
  const sources = import.meta.dirname;
  const files = (await readdir(sources)).filter((name) => name.endsWith(".c")).map((name) => join(sources, name));
  const program = join(dir, "probe");
  const { exitCode, stderr } = await execute("gcc", ["-static", "-O1", "-Wall", "-Werror", "-o", program, ...files]);
  if (exitCode !== 0) throw new Error(`the probe does not compile:\n${stderr}`);
  return program;
}

/** A file, processes, keys, sockets and IPC of the host, all with the marker. */
async function prepareHost(dir: string, probe: string, marker: string): Promise<{ remove(): Promise<void> }> {
  await writeFile(location(dir).secret, marker);
  const server = createServer((socket) => socket.end());
  const abstract = createServer((socket) => socket.end());
  const port = await listening(server, { host: "127.0.0.1", port: 0 });
  await listening(abstract, { path: `\0${marker}` });
  const processes = hostUsers.map((user) =>
    // Without capabilities, so that a process of the same user without any may look into it.
    spawn("setpriv", [...asUser(user), "--bounding-set=-all", probe, "with-key", marker, probe, "wait", marker], {
      cwd: dir,
      stdio: "ignore",
      env: { HOST_SECRET: marker },
    }),
  );
  const config: Config = {
    marker,
    path: basename(dir),
    file: location(dir).secret,
    left: `left-${marker}`,
    socket: marker,
    pid: `${processes[0]?.pid}`,
    port: `${port}`,
    ipc: `${process.pid + 0x10000000}`,
  };
  await writeFile(
    location(dir).config,
    Object.entries(config)
      .map((pair) => `${pair.join("=")}\n`)
      .join(""),
  );
  const ipc = (action: string) => execute(probe, [action], { env: { PROBE_CONFIG: location(dir).config } });
  const made = await ipc("make-ipc");
  if (made.exitCode !== 0) throw new Error(made.stderr);
  const shared = [join("/dev/shm", marker), join("/tmp", marker)];
  for (const file of shared) await writeFile(file, marker);
  return {
    async remove() {
      await Promise.all(processes.map(killed));
      await ipc("remove-ipc");
      for (const file of shared) await rm(file, { force: true });
      server.close();
      abstract.close();
    },
  };
}

async function listening(server: Server, where: object): Promise<number> {
  server.listen(where);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`a process of the host ended with ${child.exitCode}`);
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

const asUser = (user: string): readonly string[] => [`--reuid=${user}`, `--regid=${user}`, "--clear-groups"];

async function openTo(docker: Engine): Promise<void> {
  const socket = docker.host.replace("unix://", "");
  await chmod(dirname(socket), 0o711);
  await chmod(socket, 0o666);
}

async function firstDisk(): Promise<{ readonly devmajor: number; readonly devminor: number }> {
  const [, major, minor] = /^ +(\d+) +(\d+) +\d/m.exec(await readFile("/proc/partitions", "utf8")) ?? [];
  return { devmajor: Number(major ?? 254), devminor: Number(minor ?? 0) };
}

/** The probe, the same as a setuid program of root, and what it looks for. */
async function withProbe(image: Image, dir: string, probe: string): Promise<Image> {
  const file = async (path: string, from: string, mode: number): Promise<TarEntry> => ({
    type: "file",
    path,
    mode,
    uid: 0,
    gid: 0,
    content: await readFile(from),
  });
  const entries: readonly TarEntry[] = [
    { type: "directory", path: "/probe", mode: 0o755, uid: 0, gid: 0 },
    await file("/probe/probe", probe, 0o755),
    await file("/probe/setuid", probe, 0o4755),
    await file("/probe/config", location(dir).config, 0o644),
    { type: "character-device", path: "/probe/null", mode: 0o666, uid: 0, gid: 0, devmajor: 1, devminor: 3 },
    { type: "block-device", path: "/probe/disk", mode: 0o666, uid: 0, gid: 0, ...(await firstDisk()) },
  ];
  const layer = await createLayer(entries, await openBlobStore(join(dir, "blobs")));
  return oci.mutate.appendLayers(image, [{ layer }]);
}

const toml = `api = "0.10"\n[buildpack]\nid = "test/probe"\nversion = "1.0.0"\n`;
/** The log does not show what detect prints: its answers travel in the build plan. */
const detect = `#!/bin/sh
{ printf '[[provides]]\\nname = "probe"\\n[[requires]]\\nname = "probe"\\n[requires.metadata]\\nanswers = """\\n'
/probe/probe
printf '"""\\n'; } >"$CNB_BUILD_PLAN_PATH"
`;
const bin = `#!/bin/sh
/bin/busybox sed 's/\\\\n/\\n/g' "$CNB_BP_PLAN_PATH"
exec /probe/probe
`;

async function builderImage(dir: string, probe: string): Promise<Image> {
  const files = { "buildpack.toml": toml, "bin/detect": detect, "bin/build": bin };
  const program = { mode: 0o755, uid: 0, gid: 0 };
  const builder = await shellBuilder({
    dir,
    runImage: "localhost/run:1",
    platformApis: ["0.13"],
    buildpacks: [{ id: "test/probe", version: "1.0.0", files }],
    order: `[[order]]\n[[order.group]]\nid = "test/probe"\nversion = "1.0.0"\n`,
    lifecycle: {
      version: "0.21.0",
      entries: [
        { type: "file", path: "lifecycle/launcher", ...program, content: Buffer.from("launcher") },
        { type: "file", path: "lifecycle/exporter", ...program, content: Buffer.from("#!/bin/sh\necho 0.21.0\n") },
      ],
    },
  });
  return withProbe(builder, dir, probe);
}

async function writeImages(dir: string, probe: string): Promise<void> {
  for (const name of ["images", "app"]) await mkdir(join(dir, name));
  for (const name of ["out", "cache"]) {
    await mkdir(join(dir, name));
    await chmod(join(dir, name), 0o777);
  }
  await writeFile(join(dir, "app/file"), "content\n");
  const base = await withProbe(await shellImage(dir, { env: ["PATH=/bin"] }), dir, probe);
  const images = {
    user: oci.mutate.config(base, { Entrypoint: ["/probe/probe"] }),
    root: oci.mutate.config(base, { Entrypoint: ["/probe/probe"], User: "0:0" }),
    builder: await builderImage(dir, probe),
  };
  for (const [name, image] of Object.entries(images))
    await oci.write(image, { kind: "oci", dir: join(dir, "images", name) }, { name: `localhost/${name}:1` });
}

const command = [pinnedNode, join(root, "builder-packager/bin/cnb.js")];
const image = ({ dir }: Prepared, name: string) => `oci:${join(dir, "images", name)}`;

/** Starts cnb as an account that has a key in its keyrings and a secret in its environment. */
function caller({ dir, docker, marker, probe }: Prepared, backend: string, account: Account) {
  const cache = join(dir, "cache", `${backend}-${account}`);
  const env = {
    PATH: process.env.PATH,
    DOCKER_HOST: docker.host,
    LIBCNB_CACHE_DIR: cache,
    HOST_SECRET: marker,
    HOME: account === "root" ? process.env.HOME : `/home/${account}`,
  };
  const user = account === "root" ? [] : ["runuser", "-u", account, "--"];
  return { before: [...user, probe, "with-key", marker], env };
}

function build(world: Prepared, backend: string, account: Account): Promise<Outcome> {
  const { before, env } = caller(world, backend, account);
  const output = `oci:${join(world.dir, "out", `${backend}-${account}`)}`;
  const images = ["--builder", image(world, "builder"), "--run-image", image(world, "user")];
  const words = [...command, "build", output, "--backend", backend, "--path", join(world.dir, "app"), ...images];
  return start([...before, ...words], env);
}

/** A container without privileges, as a CI job has. */
function direct(world: Prepared, user: string): Promise<Outcome> {
  const { dir, docker, marker } = world;
  const own = join(dir, "cache", `direct-${user}`);
  const mounts = ["/usr/lib:/lib:ro", "/usr/lib64:/lib64:ro", `${root}:${root}:ro`, `${dir}:${dir}`];
  const options = ["--rm", "--network=host", "--user", user, ...mounts.flatMap((mount) => ["--volume", mount])];
  const env = [`--env=LIBCNB_CACHE_DIR=${own}`, "--env=HOME=/home/cnb", `--env=HOST_SECRET=${marker}`];
  const output = `oci:${join(dir, "out", `direct-${user}`)}`;
  const words = [...command, "build", output, "--path", join(dir, "app"), "--run-image", image(world, "user")];
  return docker.docker("run", ...options, ...env, "builder:1", ...words);
}

function run(world: Prepared, backend: string, account: Account, name: string, flags: readonly string[]) {
  const { before, env } = caller(world, backend, account);
  const words = [...before, ...command, "run", image(world, name), "--backend", backend, ...flags];
  const quoted = words.map((word) => `'${word}'`).join(" ");
  return start(["script", "-qec", quoted, "/dev/null"], env);
}

async function dockerfile({ dir, probe, marker }: Prepared, account: Account): Promise<readonly Answers[]> {
  const extensions = await extensionWorld();
  try {
    const base = await shellImage(extensions.dir, { env: ["PATH=/bin"] });
    await extensions.addImage(await withProbe(base, dir, probe), "probed", "localhost/probed:1");
    const lines = `${fromBase}USER root\nRUN /probe/probe\nUSER 1000:1000\nRUN /probe/probe\n`;
    const outcome = await extensions.build({
      account,
      before: [probe, "with-key", marker],
      extensions: { "test/probe": { "bin/generate": generating({ "run.Dockerfile": lines }) } },
      flags: ["--run-image", `oci:${join(extensions.dir, "images/probed")}`],
    });
    return complete(outcome, 2);
  } finally {
    await extensions.remove();
  }
}

function start([file = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return execute(file, args, { env });
}

function complete(outcome: Outcome, count: number): readonly Answers[] {
  const answers = answersIn(outcome.stdout + outcome.stderr);
  if (outcome.exitCode === 0 && answers.length === count) return answers;
  const { exitCode, signal } = outcome;
  throw new Error(
    `the probe did not answer ${count} times, exit code ${exitCode}, signal ${signal}:\n${outcome.stdout}\n${outcome.stderr}`,
  );
}

function buildAnswers(outcome: Outcome) {
  const [inDetect, inBuild] = complete(outcome, 2);
  return { detect: inDetect ?? {}, build: inBuild ?? {} };
}

const only = (outcome: Outcome): Answers => complete(outcome, 1)[0] ?? {};
