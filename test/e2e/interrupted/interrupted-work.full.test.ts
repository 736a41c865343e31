import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import http from "node:http";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, openBlobStore, type TarEntry } from "@libcnb/packager/oci";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { leftovers } from "../../../builder-packager/src/cache/entries.ts";
import { root } from "../../support/cnb.ts";
import { interruptedCommand } from "../../support/interrupted/interrupted.ts";
import { type Listening, listen } from "../../support/registry/listen.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** Takes no processor time and no disk, and a minute or more to hash and compress. */
const large = `
[ "$(cat /workspace/makes)" = large ] || exit 0
mkdir large
dd if=/dev/null of=large/zeros bs=1 seek=60000000000 2>/dev/null
printf '[types]\\nlaunch = true\\n' > large.toml`;

let world: TinyWorld;
let silent: Listening;
let closed: Listening;
let engine: http.Server;
let holder: ChildProcess | undefined;
let [loads, asked] = [0, 0];

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/large", large)]);
  for (const makes of ["large", "nothing"]) await world.write(makes, { makes: `${makes}\n` });
  silent = await listen(http.createServer(() => asked++));
  const challenge = { "www-authenticate": 'Basic realm="closed"' };
  closed = await listen(http.createServer((_, response) => void response.writeHead(401, challenge).end()));
  engine = http.createServer(answer).listen(world.location("engine.sock"));
  http
    .createServer(() => asked++)
    .listen(world.location("silent.sock"))
    .unref();
  await mkdir(world.location("empty"));
  await mkdir(world.location("cache"));
  await writeManyDirectories();
  writeManyFiles();
  await writeFile(
    world.location("fleet"),
    Array.from({ length: 50 }, (_, at) => `${silent.host}/app:${at}\n`).join(""),
  );
  await writeFile(world.location("builder.toml"), builderToml());
  await world.write("helpers", { "docker-credential-waits": "#!/bin/sh\ntrap '' TERM INT\nexec sleep 1000\n" });
  await chmod(world.location("helpers/docker-credential-waits"), 0o755);
  await world.write("docker", { "config.json": `{ "credsStore": "waits" }` });
}, 120_000);
afterEach(async () => {
  if (holder === undefined) return;
  holder.kill("SIGKILL");
  await once(holder, "close");
  holder = undefined;
});
afterAll(async () => {
  engine.closeAllConnections();
  engine.close();
  await Promise.all([silent.stop(), closed.stop(), world.remove()]);
});

/** An engine that never answers when it has been given an image. */
function answer({ url = "" }: http.IncomingMessage, response: http.ServerResponse): void {
  if (url.includes("/images/load")) loads++;
  else if (url.endsWith("/_ping")) response.writeHead(200, { "api-version": "1.47" }).end("OK");
  else if (url.endsWith("/version"))
    response.end(JSON.stringify({ Version: "28.0.0", ApiVersion: "1.47", Os: "linux", Arch: "amd64" }));
  else response.writeHead(404, { "content-type": "application/json" }).end(`{ "message": "No such image" }`);
}

/** An app, which is also an entry of a cache that nothing uses. */
function writeManyFiles(): void {
  for (let at = 0; at < 400; at++) {
    const dir = world.location(`crowded/rootfs/many/${at}`);
    mkdirSync(dir, { recursive: true });
    for (let file = 0; file < 400; file++) writeFileSync(join(dir, `${file}`), "");
  }
  writeFileSync(world.location("crowded/.libcnb-cache"), "");
}

async function writeManyDirectories(): Promise<void> {
  const entries = Array.from({ length: 60_000 }, (_, at): TarEntry => {
    const path = `${at % 223}/${at}`;
    return { type: "directory", path, mode: 0o755, uid: 0, gid: 0 };
  });
  const layer = await createLayer(entries, await openBlobStore(world.location("blobs")));
  const image = oci.mutate.appendLayers(await shellImage(world.dir), [{ layer }]);
  await oci.write(image, { kind: "oci", dir: world.location("images/many") }, { name: "many:1" });
}

const builderToml = () => `
[build]
image = "oci:${world.location("images/builder")}"
[[run.images]]
image = "oci:${world.location("images/run")}"
[lifecycle]
uri = "http://${silent.host}/lifecycle.tgz"
`;

/** Holds a lock until the test ends. */
async function hold(lock: string): Promise<void> {
  const file = world.location(lock);
  const program = join(import.meta.dirname, "../../support/interrupted/lock-holder.ts");
  holder = spawn(process.execPath, ["--conditions=@libcnb/source", program, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(holder.stdout ?? holder, "data");
}

const build = (app: string, output: string, ...flags: readonly string[]) => [
  "build",
  output,
  "--path",
  world.location(app),
  "--builder",
  `oci:${world.location("images/builder")}`,
  ...flags,
];

interface Row {
  readonly name: string;
  readonly args: () => readonly string[];
  readonly before?: () => Promise<unknown>;
  readonly until: RegExp | (() => boolean);
  readonly env?: () => Readonly<Record<string, string>>;
  readonly afterMs?: number;
}

const silentEngine = () => ({ DOCKER_HOST: `unix://${world.location("silent.sock")}` });
const now = () => true;

const rows: readonly Row[] = [
  {
    name: "run unpacking 60,000 directories",
    args: () => ["run", `oci:${world.location("images/many")}`],
    until: /Unpacking/,
  },
  { name: "build compressing a layer", args: () => build("large", "oci:out"), until: /Exporting/, afterMs: 1500 },
  {
    name: "build loading an image into an engine",
    args: () => build("nothing", "docker-daemon:app:1"),
    until: () => loads > 0,
    env: () => ({ DOCKER_HOST: `unix://${world.location("engine.sock")}` }),
  },
  {
    name: "build waiting for the lock of its cache",
    before: async () => {
      await mkdir(world.location("own"), { recursive: true });
      await hold("own/lock");
    },
    args: () => build("nothing", `oci:${world.location("locked")}`, "--cache", world.location("own")),
    until: /Exporting/,
    afterMs: 3000,
  },
  {
    name: "build with an engine that does not respond",
    args: () => build("nothing", "oci:out", "--backend", "docker"),
    until: /Waiting for unix:.*silent\.sock/,
    env: silentEngine,
  },
  {
    name: "inspect of an image in an engine that does not respond",
    args: () => ["inspect", "docker-daemon:app:1"],
    until: /Waiting for unix:.*silent\.sock/,
    env: silentEngine,
  },
  {
    name: "doctor with an engine that does not respond",
    args: () => ["doctor"],
    until: /Waiting/,
    env: silentEngine,
  },
  {
    name: "build copying an app of 160,000 files",
    args: () => build("crowded/rootfs/many", "oci:out"),
    until: /Analyzing/,
  },
  {
    name: "cache prune removing 160,000 files",
    args: () => ["cache", "prune", "--unused-for", "0d"],
    env: () => ({ LIBCNB_CACHE_DIR: world.location("crowded") }),
    until: () => !existsSync(world.location("crowded/rootfs/many")),
  },
  {
    name: "cache prune waiting for its lock",
    before: () => hold("cache/prune.lock"),
    args: () => ["cache", "prune"],
    until: now,
    afterMs: 2500,
  },
  { name: "rebase of many images", args: () => ["rebase", "--from", world.location("fleet")], until: /Waiting/ },
  {
    name: "builder create downloading a lifecycle",
    args: () => ["builder", "create", "oci:builder", "--config", world.location("builder.toml")],
    until: /Waiting for 127\.0\.0\.1/,
  },
  {
    name: "base create with a mirror that does not respond",
    args: () => [
      "base",
      "create",
      "oci:base",
      "--suite",
      "trixie",
      "--package",
      "base-files",
      "--mirror",
      `http://${silent.host}`,
    ],
    until: /Waiting for 127\.0\.0\.1/,
  },
  {
    name: "buildpack package compiling a buildpack",
    args: () => ["buildpack", "package", join(root, "buildpacks/procfile"), "--output", world.location("procfile.cnb")],
    until: /Packaging/,
    afterMs: 300,
  },
  {
    name: "inspect with a credential helper that does not respond",
    args: () => ["inspect", `${closed.host}/app:1`],
    until: /Waiting for docker-credential-waits/,
    env: () => ({
      DOCKER_CONFIG: world.location("docker"),
      PATH: `${world.location("helpers")}:${process.env["PATH"]}`,
    }),
  },
];

/** Attempts, temporary files and locks, also of processes that are gone. */
async function begun(): Promise<readonly string[]> {
  const cache = world.location("cache");
  const dirs = ["work", "run", "rootfs", "unpacked-layers", "running", "blobs/blobs/sha256", "lifecycle", "."];
  const names = await Promise.all(dirs.map((dir) => readdir(join(cache, dir)).catch(() => [])));
  const inRunning = names[dirs.indexOf("running")] ?? [];
  return [
    ...names
      .flat()
      .filter(
        (name) => /^\.|^build-|^tmp-|\.tmp$|\.lock$/.test(name) && ![".libcnb-cache", "prune.lock"].includes(name),
      ),
    ...inRunning,
    ...leftovers(cache).map(({ name }) => name),
  ];
}

/** A loaded machine is slow. Without the signal each row takes half a minute and more. */
const mostMs = 10_000;

const cases = rows.map((row, at) => [row.name, row, at % 2 === 0 ? "SIGINT" : "SIGTERM"] as const);

test.for(cases)("cnb %s ends on a signal and leaves no files", { timeout: 120_000 }, async ([, row, signal]) => {
  await row.before?.();
  const { until, env, afterMs } = row;
  const { exitCode, stderr, ms, left } = await interruptedCommand(world, row.args(), {
    signal,
    until,
    env: env?.(),
    afterMs,
  });
  const last = stderr.trimEnd().split("\n").at(-1);
  expect({ exitCode, last, left, begun: await begun() }).toEqual({
    exitCode: signal === "SIGINT" ? 130 : 143,
    last: `Stopped by ${signal}`,
    left: [],
    begun: [],
  });
  expect(ms).toBeLessThan(mostMs);
  expect(await readdir(world.location("empty"))).toEqual([]);
});
