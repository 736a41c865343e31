import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseImageReference, readImage } from "@libcnb/packager/oci";
import { type BuiltImage, buildImage } from "@libcnb/packager/testing";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, appFolder } from "../support/app.ts";
import type { AppWorld } from "../support/app-cases.ts";
import { runReference } from "../support/app-docker.ts";
import { execute } from "../support/cnb.ts";
import { locks, small } from "../support/node-apps.ts";
import { nodeWorld } from "../support/node-world.ts";
import { type OfficialLifecycle, officialLifecycle } from "../support/official-lifecycle.ts";
import { type OfficialPack, officialPack } from "../support/official-pack.ts";
import { type Engine, startDocker, startRegistry } from "../support/service.ts";
import { officialNodeFromNpm, type ReferenceWorld, referenceWorld } from "./reference-world.ts";

/** The same app by cnb, by the official lifecycle alone, and by the real pack with a real Docker daemon: equal layers, the same answers. */
let reference: ReferenceWorld;
let world: AppWorld;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let lifecycle: OfficialLifecycle;
let pack: OfficialPack;
let docker: Engine;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "node-official-"));
  [reference, world] = await Promise.all([referenceWorld(), nodeWorld()]);
  [registry, pack, docker] = await Promise.all([startRegistry(), officialPack(), startDocker()]);
  lifecycle = await officialLifecycle(reference.builder, await officialNodeFromNpm());
  await push(reference.baseRun, "run");
  await push(reference.builder, "builder");
  await Promise.all(world.certificates.map(async (file) => bindAuthority(await readFile(file, "utf8"))));
}, 900_000);
afterAll(async () => {
  await docker?.stop();
  await lifecycle?.remove();
  await pack?.remove();
  await registry?.stop();
  await rm(dir, { recursive: true, force: true });
});

const image = (name: string) => `${registry.host}/${name}:1`;

async function push(from: string, name: string): Promise<void> {
  const flags = ["--insecure-policy", "--dest-tls-verify=false"];
  const { exitCode, stderr } = await execute("skopeo", ["copy", ...flags, from, `docker://${image(name)}`]);
  if (exitCode !== 0) throw new Error(stderr);
}

const bindAuthority = (text: string) =>
  writeFiles(join(dir, "bindings/authority"), { type: "ca-certificates\n", "authority.pem": text });

const berry = { packageManager: "yarn@4.18.1" };

const apps: Readonly<Record<string, App>> = {
  npm: { files: small.files(), commands: [locks.npm] },
  "berry-pnp": { files: small.files(berry), commands: [locks.berry] },
  pnpm: { files: small.files(), commands: [locks.pnpm] },
  vite: {
    starter: ["create-vite@9.3.0", "app", "--template", "vanilla", "--no-interactive"],
    commands: [locks.npm],
  },
};

test.for(Object.entries(apps))("%s: cnb, the lifecycle and pack make the same image", async ([name, app]) => {
  const folder = await appFolder(app);
  await using ours = await buildImage({ ...world, app: folder });
  await create(folder, `${name}-created`);
  await packBuild(folder, `${name}-packed`);
  const expected = makersOf(ours.image);
  expect(await layersOf(`${name}-created`)).toEqual(expected);
  // pack makes /workspace a folder that everybody may write, which is an entry of each slice
  expect((await layersOf(`${name}-packed`)).filter(isNoSlice)).toEqual(expected.filter(isNoSlice));
  const ran = await runReference(docker, image(`${name}-packed`));
  expect(ran).toEqual({
    answer: name === "vite" ? expect.stringContaining(`<div id="app">`) : JSON.stringify(small.answers["/"]),
    exitCode: 0,
  });
});

const layersOf = async (name: string) => makersOf(await readImage(parseImageReference(image(name))));

/** What the history says of each layer, beside the layer's diffID. */
const makersOf = ({ config, layers }: BuiltImage["image"]) => {
  const history = (config.history ?? []).filter((entry) => !entry.empty_layer);
  return layers.map(({ diffId }, index) => `${diffId} ${history[index]?.created_by ?? ""}`);
};

const isNoSlice = (layer: string) => !layer.includes("Application Slice");

async function create(app: string, name: string): Promise<void> {
  await lifecycle.useApp(app);
  await rm(lifecycle.layersDir, { recursive: true }).then(() => mkdir(lifecycle.layersDir));
  const folders = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform", "-cache-dir", "/mnt"];
  const flags = [...folders, "-run-image", image("run"), "-skip-restore", image(name)];
  const { exitCode, stdout, stderr } = await lifecycle.run("creator", flags);
  expect({ exitCode, log: exitCode === 0 ? "" : stdout + stderr }).toEqual({ exitCode: 0, log: "" });
}

async function packBuild(app: string, name: string): Promise<void> {
  const env = Object.entries(world.env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  const volume = ["--volume", `${dir}/bindings/authority:/platform/bindings/authority:ro`];
  const how = ["--trust-builder", "--publish", "--network", "host", "--docker-host", "inherit"];
  const from = ["--path", app, "--builder", image("builder"), "--run-image", image("run")];
  await pack.succeeds(["build", image(name), ...from, ...how, ...env, ...volume], { DOCKER_HOST: docker.host });
}
