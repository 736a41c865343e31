// @needs docker, dockerd, root
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { type BuiltImage, buildImage, container } from "@libcnb/packager/testing";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appFolder } from "../../support/apps/app.ts";
import { type AppCase, type AppWorld, expectLife } from "../../support/apps/app-cases.ts";
import { runIn } from "../../support/apps/app-docker.ts";
import { execute } from "../../support/cnb.ts";
import { callWhenReady, freePort } from "../../support/http.ts";
import { likeSmall, locks, packageJson, server, slices, small } from "../../support/node/apps.ts";
import { nodeWorld } from "../../support/node/world.ts";
import { type Engine, startDocker } from "../../support/service.ts";

let world: AppWorld;
beforeAll(async () => {
  world = await nodeWorld();
});

const byScript = (name: string, scripts: object, parts: Partial<AppCase>): AppCase =>
  likeSmall(name, { app: { files: small.files({ scripts }), commands: [locks.npm] }, ...parts });

const procfile = {
  ...small.files(),
  Procfile: `# what runs\nweb: node server.js\nworker: node worker.js "two words"\nrelease: echo "migrated $NODE_ENV"\n`,
  "worker.js": `console.log("worked on " + process.argv[2] + " for " + require("ms")(60000));\n`,
};

const cases: readonly AppCase[] = [
  byScript(
    "a start script that uses an environment variable",
    { start: "GREETING=hello node server.js" },
    { processes: { web: "node server.js" } },
  ),
  byScript(
    "hooks around the start script",
    { prestart: "node --version", start: "node server.js" },
    {
      processes: { web: "with-signals npm start" },
    },
  ),
  byScript(
    "a start file in BP_LAUNCHPOINT",
    { start: "exit 1" },
    {
      env: { BP_LAUNCHPOINT: "server.js" },
      processes: { web: "node server.js" },
    },
  ),
  likeSmall("main in package.json", {
    app: { files: small.files({ scripts: {}, main: "server.js" }), commands: [locks.npm] },
  }),
  {
    name: "a Procfile",
    app: { files: procfile, commands: [locks.npm] },
    says: ["Procfile"],
    answers: small.answers,
    changed: { ...small.changed, moved: [slices.code] },
    ends: {
      worker: { exitCode: 0, prints: "worked on two words for 1m" },
      release: { exitCode: 0, prints: "migrated production" },
    },
  },
];

test.for(cases)("a Node.js app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world),
);

describe("a Node.js process", () => {
  const first = "--require=/layers/libcnb_node-engine/limits/programs/first-process.cjs";
  const reported = `{ concurrency: process.env.WEB_CONCURRENCY, memory: process.env.MEMORY_AVAILABLE, options: process.env.NODE_OPTIONS,
    heap: Math.round(require("node:v8").getHeapStatistics().heap_size_limit / 1048576), ca: process.env.NODE_EXTRA_CA_CERTS,
    authorities: require("node:tls").getCACertificates("extra").length }`;
  let image: BuiltImage;
  let docker: Engine;
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "node-launch-"));
    const files = {
      "package.json": packageJson({ scripts: { start: "node server.js" } }),
      "server.js": server(reported),
    };
    image = await buildImage({ ...world, app: await appFolder({ files }) });
    docker = await startDocker();
  });
  afterAll(async () => {
    await docker?.stop();
    await image?.remove();
    await rm(dir, { recursive: true, force: true });
  });

  test.for<[string, readonly string[], object]>([
    [
      "one worker and three quarters of the memory",
      ["--memory=512m"],
      { concurrency: "1", options: `--max-old-space-size=384 ${first}` },
    ],
    [
      "as many workers as fit into memory",
      ["--memory=2g"],
      { concurrency: String(Math.min(4, availableParallelism())), options: `--max-old-space-size=1536 ${first}` },
    ],
    [
      "the user's WEB_CONCURRENCY and NODE_OPTIONS",
      ["--memory=512m", "--env=WEB_CONCURRENCY=7", "--env=NODE_OPTIONS=--max-old-space-size=100 --no-warnings"],
      { concurrency: "7", options: `--max-old-space-size=100 --no-warnings ${first}` },
    ],
  ])("in a container has %s", async ([, flags, expected]) => {
    const { answer, exitCode } = await runIn(docker, image, flags);
    expect([JSON.parse(answer), exitCode]).toEqual([expect.objectContaining(expected), 0]);
  });

  test("trusts the CA certificates of a binding", async () => {
    const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-keyout", "/dev/null"];
    const { exitCode, stderr } = await execute("openssl", [...made, "-out", join(dir, "root.pem")]);
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    await writeFiles(join(dir, "bindings/company"), { type: "ca-certificates\n" });
    await execute("cp", [join(dir, "root.pem"), join(dir, "bindings/company/root.pem")]);
    const flags = [`--volume=${dir}/bindings:/bindings:ro`, "--env=SERVICE_BINDING_ROOT=/bindings"];
    const { answer } = await runIn(docker, image, flags);
    expect(JSON.parse(answer)).toMatchObject({ ca: expect.any(String), authorities: 1 });
  });

  test("opens the inspector on request", async () => {
    const port = await freePort();
    await using app = await container(image, { env: { BPL_DEBUG_ENABLED: "true", BPL_DEBUG_PORT: String(port) } });
    await app.ready({ http: "/" });
    const { body } = await callWhenReady(`http://127.0.0.1:${port}/json/version`, 10_000);
    expect(JSON.parse(body)).toMatchObject({ Browser: expect.stringMatching(/^node\.js\/v24\./) });
  });
});

describe("a container of a real Docker daemon ends on SIGTERM", () => {
  let docker: Engine;
  beforeAll(async () => {
    docker = await startDocker();
  });
  afterAll(() => docker?.stop());

  // as process 1 it gets no signal that it does not ask for
  const silent = server(`"hello"`).replace(/^process\.on.*$/m, "");

  test.for<[string, Readonly<Record<string, string>>, number]>([
    ["that handles the signal", { "server.js": server(`"hello"`), "package.json": script("node server.js") }, 0],
    ["that does not handle the signal", { "server.js": silent, "package.json": script("node server.js") }, 143],
    ["that npm starts", { "server.js": server(`"hello"`), "package.json": script("node server.js;") }, 0],
  ])("with an app %s", async ([, files, code]) => {
    await using image = await buildImage({ ...world, app: await appFolder({ files, commands: [locks.npm] }) });
    expect(await runIn(docker, image)).toEqual({ answer: `"hello"`, exitCode: code });
  });
});

function script(start: string): string {
  return packageJson({ scripts: { start } });
}
