import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, appFolder } from "../../support/apps/app.ts";
import { foreignWorld } from "../../support/apps/foreign-world.ts";
import { cnb, root } from "../../support/cnb.ts";
import { type Emulation, emulation } from "../../support/emulation.ts";
import { server as javaServer, smallMaven } from "../../support/java/apps.ts";
import { server as pythonServer, requirements } from "../../support/python/apps.ts";

/** One app of each family for arm64, built and started on a machine for amd64. Without an emulator, only the builder can be made. */
let world: Awaited<ReturnType<typeof foreignWorld>>;
let emulated: Emulation;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "foreign-apps-"));
  world = await foreignWorld();
  emulated = await emulation();
}, 1_800_000);
afterAll(async () => {
  await emulated?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const buildArgs = (name: string, app: string): string[] => [
  "build",
  `oci:${dir}/${name}`,
  "--path",
  app,
  "--builder",
  world.builder,
  "--run-image",
  world.runImage,
  ...Object.entries(world.env).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]),
  ...world.certificates.flatMap((file) => ["--ca-cert", file]),
];

/** The response of the app, once it answers. */
async function answerOf(name: string): Promise<unknown> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port) };
  const [nsenter, ...words] = [...emulated.command, "run", `oci:${dir}/${name}`, "--env", `PORT=${port}`];
  const app = spawn(nsenter, words, { env, stdio: ["ignore", "inherit", "inherit"] });
  try {
    return await answering(`http://127.0.0.1:${port}/`, () => app.exitCode !== null);
  } finally {
    app.kill("SIGTERM");
    if (app.exitCode === null) await once(app, "exit");
  }
}

async function answering(url: string, hasEnded: () => boolean): Promise<unknown> {
  while (!hasEnded()) {
    const response = await fetch(url).catch(() => undefined);
    if (response) return response.json();
    await delay(200);
  }
  throw new Error("the app has ended");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

// orjson is a wheel with native code alone
const python = {
  "main.py": pythonServer(
    `{"machine": platform.machine(), "native": orjson.dumps([1]).decode()}`,
    "orjson",
    "platform",
  ),
  "requirements.txt": requirements("orjson==3.11.4"),
};
const java = javaServer(`"{\\"machine\\": \\"" + System.getProperty("os.arch") + "\\"}"`);

test.for<[string, App, object]>([
  ["Node.js", { folder: join(root, "test/fixtures/apps/express-service") }, { greeting: "Hello from Express" }],
  ["Python", { files: python }, { machine: "aarch64", native: "[1]" }],
  ["Java", { files: { ...smallMaven(), "src/main/java/com/example/Main.java": java } }, { machine: "aarch64" }],
])(
  "an app in %s is built for arm64 by emulation and responds",
  { timeout: 1_800_000 },
  async ([family, app, answer]) => {
    const folder = await appFolder(app);
    const begun = Date.now();
    const { exitCode, stderr } = await emulated.cnb(buildArgs(family, folder));
    expect(exitCode, stderr).toBe(0);
    const built = Date.now();
    expect(await answerOf(family)).toMatchObject(answer);
    console.info(`${family}: built in ${built - begun} ms, answered after ${Date.now() - built} ms`);
  },
);

test("cnb build without an emulator names both platforms before a buildpack runs", async () => {
  const { exitCode, stderr } = await cnb(buildArgs("none", await appFolder({ files: { "server.js": "" } })));
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`ERROR: ${world.builder} is for linux/arm64, but this machine is linux/amd64`);
});
