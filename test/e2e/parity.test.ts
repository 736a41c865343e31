import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Image, parseImageReference, readImage, writeImage } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { fetchLifecycle } from "../../builder-packager/src/lifecycle/fetch.ts";
import { buildImage } from "../../builder-packager/src/platform/build-image.ts";
import { recordingReporter, silentReporter } from "../../builder-packager/src/reporter.ts";
import { chooseBackend } from "../../builder-packager/src/sandbox/choose-backend.ts";
import { runInSandbox } from "../../builder-packager/src/sandbox/run-in-sandbox.ts";
import { unpackImage } from "../../builder-packager/src/sandbox/unpack-image.ts";
import { readTar } from "../../builder-packager/src/tar/read.ts";
import { parityBuildpacks, parityOrder } from "../support/parity-buildpacks.ts";
import { startRegistry } from "../support/service.ts";
import { shellBuilder } from "../support/shell-builder.ts";
import { tinyImage } from "../support/tiny-images.ts";

/**
 * One app, one builder, two platforms: the official lifecycle's creator and `cnb build` make the same image,
 * first and again with what the first build left. The buildpacks put all they see into layers.
 */
const ids = { uid: 1000, gid: 1000 };
const signal = new AbortController().signal;
let dir: string;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let builder: Image;

const place = (name: string) => join(dir, name);
const inRegistry = (name: string) => parseImageReference(`${registry.host}/${name}`);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "parity-"));
  await chmod(dir, 0o755);
  registry = await startRegistry();
  const options = {
    arch: process.arch === "arm64" ? "arm64" : "amd64",
    cacheDir: cacheDir(process.env, "lifecycle"),
  } as const;
  const lifecycle = await fetchLifecycle({}, { ...options, reporter: silentReporter, env: process.env, signal });
  const runImage = await tinyImage(dir, {
    shell: true,
    env: ["PATH=/bin", "KEPT=1=2"],
    labels: { "io.buildpacks.rebasable": "true" },
  });
  await writeImage(runImage, inRegistry("run:1"));
  const [platformApis, operatorEnv] = [
    lifecycle.apis.platform.supported,
    { OPERATED: "default", "SHARED.prepend": "op-", "SHARED.delim": "" },
  ];
  builder = await shellBuilder({
    dir,
    buildpacks: parityBuildpacks,
    order: parityOrder,
    runImage: `${registry.host}/run:1`,
    lifecycle,
    platformApis,
    operatorEnv,
  });
  await writeImage(builder, { kind: "oci", dir: place("images/builder") }, { name: "builder:1" });
  await makeApp();
});

afterAll(async () => {
  await registry?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function makeApp(): Promise<void> {
  const files = {
    "app.txt": "app",
    "src/one.js": "1",
    "src/two.ts": "2",
    "a-file": "a",
    "src-more/x": "x",
    ".hidden": "h",
  };
  for (const folder of ["src", "src-more", "empty"]) await mkdir(place(`app/${folder}`), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(place(`app/${name}`), text);
  await chmod(place("app/src/one.js"), 0o755);
}

const userEnv = { BP_SETTING: "user", PATH: "/user/bin", SHARED: "user-" };

/** The official creator inside the unpacked builder, as a platform like Tekton runs it. */
async function official(platformApi: string): Promise<Image> {
  const rootfs = await unpackImage(builder, { cacheDir: place("cache"), reporter: silentReporter });
  await freshWork();
  const paths = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform", "-cache-dir", "/cache"];
  const settings = {
    CNB_PLATFORM_API: platformApi,
    CNB_USER_ID: "1000",
    CNB_GROUP_ID: "1000",
    PATH: "/bin",
    HOME: "/home/cnb",
  };
  const cloudless = { CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AMAZON: "true", CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AZURE: "true" };
  const output: Uint8Array[] = [];
  const mounts = ["layers", "workspace", "platform", "cache", "tmp", "home/cnb"].map((name) => ({
    source: place(`official/${name}`),
    target: `/${name}`,
    readonly: false,
  }));
  const { exitCode } = await runInSandbox(
    {
      ...{ rootfs, rootfsWritable: false, mounts, cwd: "/layers", network: true, ...ids },
      command: [
        "/cnb/lifecycle/creator",
        ...paths,
        "-run-image",
        `${registry.host}/run:1`,
        `${registry.host}/app:official-${platformApi}`,
      ],
      env: { ...settings, ...cloudless },
    },
    { backend: await chooseBackend(), onOutput: (chunk) => void output.push(chunk) },
  );
  if (exitCode !== 0) throw new Error(`creator exited ${exitCode}\n${Buffer.concat(output)}`);
  return readImage(inRegistry(`app:official-${platformApi}`));
}

/** Only the cache survives from build to build, as on a real platform. */
async function freshWork(): Promise<void> {
  for (const name of ["layers", "workspace", "platform", "tmp", "home"])
    await rm(place(`official/${name}`), { recursive: true, force: true });
  for (const name of ["layers", "cache", "platform/env", "tmp", "home/cnb"])
    await mkdir(place(`official/${name}`), { recursive: true });
  await cp(place("app"), place("official/workspace"), { recursive: true });
  for (const [name, value] of Object.entries(userEnv)) await writeFile(place(`official/platform/env/${name}`), value);
  const owned = [
    "layers",
    "cache",
    "tmp",
    "home/cnb",
    "workspace",
    ...(await readdir(place("official/workspace"), { recursive: true })).map((name) => `workspace/${name}`),
  ];
  if (process.getuid?.() === 0) for (const name of owned) await chown(place(`official/${name}`), ids.uid, ids.gid);
}

async function ours(platformApi: string): Promise<{ readonly image: Image; readonly log: readonly string[] }> {
  const reporter = recordingReporter();
  const output = inRegistry(`app:ours-${platformApi}`);
  await buildImage({
    ...{ app: place("app"), output, reporter, signal, userEnv: new Map(Object.entries(userEnv)) },
    builder: { kind: "oci", dir: place("images/builder") },
    env: { ...process.env, LIBCNB_CACHE_DIR: place("cache"), SOURCE_DATE_EPOCH: undefined },
  });
  return { image: await readImage(output), log: reporter.lines };
}

/** All that makes an image, in a form that shows where two differ: first what the buildpacks saw. */
async function facts({ config, layers }: Image) {
  const { Labels, ...container } = config.config ?? {};
  const history = config.history ?? [];
  const seen = layers.filter((_, index) => history[index]?.created_by?.startsWith("Layer: 'seen'"));
  return {
    seen: Object.assign({}, ...(await Promise.all(seen.map(textsOf)))),
    platform: [config.os, config.architecture, config.created],
    layers: layers.map(({ diffId }, index) => `${diffId} ${history[index]?.created_by ?? ""}`),
    history: history.map(({ created, created_by }) => `${created} ${created_by ?? ""}`),
    container,
    labels: Labels,
  };
}

async function textsOf(layer: Image["layers"][number]): Promise<Record<string, string>> {
  const entries = await readTar(layer.uncompressed());
  return Object.fromEntries(
    entries.flatMap((entry) =>
      entry.type === "file" && entry.content instanceof Uint8Array
        ? [[entry.path, Buffer.from(entry.content).toString()]]
        : [],
    ),
  );
}

const reasons = (log: readonly string[]) =>
  log.filter((line) => /^info: (Added|Reused|Restored)/.test(line)).map((line) => line.replace(/ \([^)]*\)/, ""));

test("the first build makes the creator's image", async () => {
  const { image } = await ours("0.15");
  expect(await facts(image)).toEqual(await facts(await official("0.15")));
});

test("a rebuild restores and reuses as the creator does, and says why", async () => {
  const { image, log } = await ours("0.15");
  expect(await facts(image)).toEqual(await facts(await official("0.15")));
  expect(reasons(log)).toMatchInlineSnapshot(`
    [
      "info: Restored metadata of parity/provider:kept from the app image",
      "info: Restored metadata of parity/provider:seen from the app image",
      "info: Restored files and metadata of parity/provider:tool from the cache",
      "info: Restored files and metadata of parity/provider:cached from the cache",
      "info: Restored metadata of parity/wanter:seen from the app image",
      "info: Restored metadata of parity/last:seen from the app image",
      "info: Reused parity/provider:kept: its buildpack kept the one of the previous image",
      "info: Added  parity/provider:seen: its contents changed",
      "info: Reused parity/provider:tool: same contents as in the previous image",
      "info: Reused parity/wanter:b-layer: same contents as in the previous image",
      "info: Added  parity/wanter:seen: its contents changed",
      "info: Added  parity/last:seen: its contents changed",
      "info: Reused SBOM: same contents as in the previous image",
      "info: Reused app slice 1 of 4: same contents as in the previous image",
      "info: Reused app slice 2 of 4: same contents as in the previous image",
      "info: Reused app slice 3 of 4: same contents as in the previous image",
      "info: Reused app slice 4 of 4: same contents as in the previous image",
      "info: Reused launcher: same contents as in the previous image",
      "info: Reused config: same contents as in the previous image",
      "info: Reused process types: same contents as in the previous image",
    ]
  `);
});
