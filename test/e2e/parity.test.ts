import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Image, parseImageReference, readImage, writeImage } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
const platformApis = ["0.13", "0.14", "0.15"] as const;
type PlatformApi = (typeof platformApis)[number];
const builders = new Map<PlatformApi, Image>();

const place = (name: string) => join(dir, name);
const inRegistry = (name: string) => parseImageReference(`${registry.host}/${name}`);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "parity-"));
  await chmod(dir, 0o755);
  registry = await startRegistry();
  const source = {
    arch: process.arch === "arm64" ? "arm64" : "amd64",
    cacheDir: cacheDir(process.env, "lifecycle"),
  } as const;
  const lifecycle = await fetchLifecycle({}, { ...source, reporter: silentReporter, env: process.env, signal });
  const runImage = await tinyImage(dir, {
    shell: true,
    env: ["PATH=/bin", "KEPT=1=2"],
    labels: { "io.buildpacks.rebasable": "true" },
  });
  await writeImage(runImage, inRegistry("run:1"));
  const operatorEnv = { OPERATED: "default", "SHARED.prepend": "op-", "SHARED.delim": "" };
  const buildpacks = parityBuildpacks;
  const options = { dir, buildpacks, order: parityOrder, runImage: `${registry.host}/run:1`, lifecycle, operatorEnv };
  for (const api of platformApis) {
    const builder = await shellBuilder({ ...options, platformApis: [api] });
    builders.set(api, builder);
    await writeImage(builder, { kind: "oci", dir: place(`images/builder-${api}`) }, { name: "builder:1" });
  }
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
async function official(api: PlatformApi): Promise<Image> {
  await freshWork(place("app"));
  const paths = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform", "-cache-dir", "/cache"];
  const runImage = ["-run-image", `${registry.host}/run:1`];
  const image = `${registry.host}/app:official-${api}`;
  const { exitCode, output } = await lifecycleRun(api, ["creator", ...paths, ...runImage, image]);
  if (exitCode !== 0) throw new Error(`creator exited ${exitCode}\n${output}`);
  return readImage(inRegistry(`app:official-${api}`));
}

async function lifecycleRun(api: PlatformApi, [phase, ...args]: readonly string[]) {
  const builder = builders.get(api);
  if (!builder) throw new Error(`there is no builder for ${api}`);
  const rootfs = await unpackImage(builder, { cacheDir: place("cache"), reporter: silentReporter });
  const container = {
    CNB_PLATFORM_API: api,
    CNB_USER_ID: "1000",
    CNB_GROUP_ID: "1000",
    PATH: "/bin",
    HOME: "/home/cnb",
  };
  const skipClouds = { CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AMAZON: "true", CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AZURE: "true" };
  const mounts = ["layers", "workspace", "platform", "cache", "tmp", "home/cnb"].map((name) => ({
    ...{ source: place(`official/${name}`), target: `/${name}`, readonly: false },
  }));
  const env = { ...container, ...skipClouds };
  const output: Uint8Array[] = [];
  const { exitCode } = await runInSandbox(
    {
      rootfs,
      rootfsWritable: false,
      mounts,
      cwd: "/layers",
      network: true,
      ...ids,
      env,
      command: [`/cnb/lifecycle/${phase}`, ...args],
    },
    { backend: await chooseBackend(), onOutput: (chunk) => void output.push(chunk) },
  );
  return { exitCode, output: Buffer.concat(output).toString() };
}

/** Only the cache survives from build to build, as on a real platform. */
async function freshWork(app: string): Promise<void> {
  for (const name of ["layers", "workspace", "platform", "tmp", "home"])
    await rm(place(`official/${name}`), { recursive: true, force: true });
  for (const name of ["layers", "cache", "platform/env", "tmp", "home/cnb"])
    await mkdir(place(`official/${name}`), { recursive: true });
  await cp(app, place("official/workspace"), { recursive: true });
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

async function ours(api: PlatformApi): Promise<{ readonly image: Image; readonly log: readonly string[] }> {
  const reporter = recordingReporter();
  const output = inRegistry(`app:ours-${api}`);
  await buildImage({
    ...{ app: place("app"), output, reporter, signal, userEnv: new Map(Object.entries(userEnv)) },
    builder: { kind: "oci", dir: place(`images/builder-${api}`) },
    env: { ...process.env, LIBCNB_CACHE_DIR: place("cache"), SOURCE_DATE_EPOCH: undefined },
    reportFile: place("report.toml"),
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

/** Of two images with layers that are compressed otherwise, digests and sizes of manifests differ. */
const reportOf = async (file: string) =>
  (await readFile(file, "utf8"))
    .replace(/sha256:[0-9a-f]{64}/, "DIGEST")
    .replace(/(manifest-size = )\d+/, "$1SIZE")
    .replace(/(ours|official)-/, "");

const reasons = (log: readonly string[]) =>
  log.filter((line) => /^info: (Added|Reused|Restored)/.test(line)).map((line) => line.replace(/ \([^)]*\)/, ""));

describe.for(platformApis)("Platform API %s", (api) => {
  beforeAll(() => rm(place("official/cache"), { recursive: true, force: true }));

  test("the first build makes the creator's image", async () => {
    expect(await facts((await ours(api)).image)).toEqual(await facts(await official(api)));
    expect(await reportOf(place("report.toml"))).toEqual(await reportOf(place("official/layers/report.toml")));
  });

  test("a rebuild restores and reuses as the creator does", async () => {
    expect(await facts((await ours(api)).image)).toEqual(await facts(await official(api)));
  });

  test("so does a rebuild of a changed app", async () => {
    await writeFile(place("app/src/one.js"), `changed for ${api}`);
    const { image, log } = await ours(api);
    expect(await facts(image)).toEqual(await facts(await official(api)));
    expect(reasons(log)).toMatchSnapshot();
  });
});
