// @needs busybox, docker-registry
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage } from "../../../builder-packager/src/platform/build-image.ts";
import { recordingReporter } from "../../../builder-packager/src/reporter.ts";
import { imageFacts } from "../../support/images/image-facts.ts";
import { parityBuildpacks, parityOrder } from "../../support/lifecycle/parity-buildpacks.ts";
import { releasedLifecycle } from "../../support/lifecycle/released-lifecycle.ts";
import { freshFolders, runLifecycle } from "../../support/lifecycle/sandboxed-lifecycle.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/**
 * One app, one builder, two platforms: the official lifecycle's creator and `cnb build` make the same image,
 * first and again with what the first build left. The buildpacks put all they see into layers.
 */
const signal = new AbortController().signal;
let dir: string;
let registry: Registry;
const platformApis = ["0.13", "0.14", "0.15"] as const;
type PlatformApi = (typeof platformApis)[number];
const builders = new Map<PlatformApi, Image>();

const location = (name: string) => join(dir, name);
const inRegistry = (name: string) => parseImageReference(`${registry.host}/${name}`);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "parity-"));
  await chmod(dir, 0o755);
  registry = await startRegistry();
  const lifecycle = await releasedLifecycle();
  const runImage = await shellImage(dir, {
    env: ["PATH=/bin", "KEPT=1=2"],
    labels: { "io.buildpacks.rebasable": "true" },
  });
  await oci.write(runImage, inRegistry("run:1"));
  const operatorEnv = { OPERATED: "default", "SHARED.prepend": "op-", "SHARED.delim": "" };
  const buildpacks = parityBuildpacks;
  const options = { dir, buildpacks, order: parityOrder, runImage: `${registry.host}/run:1`, lifecycle, operatorEnv };
  for (const api of platformApis) {
    const builder = await shellBuilder({ ...options, platformApis: [api] });
    builders.set(api, builder);
    await oci.write(builder, { kind: "oci", dir: location(`images/builder-${api}`) }, { name: "builder:1" });
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
  for (const folder of ["src", "src-more", "empty"]) await mkdir(location(`app/${folder}`), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(location(`app/${name}`), text);
  await chmod(location("app/src/one.js"), 0o755);
}

const userEnv = { BP_SETTING: "user", PATH: "/user/bin", SHARED: "user-" };

function builderFor(api: PlatformApi): Image {
  const builder = builders.get(api);
  if (!builder) throw new Error(`there is no builder for ${api}`);
  return builder;
}

/** The official creator inside the unpacked builder, as a platform like Tekton runs it. */
async function official(api: PlatformApi): Promise<Image> {
  await freshFolders(location("official"), location("app"), userEnv);
  const paths = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform", "-cache-dir", "/cache"];
  const runImage = ["-run-image", `${registry.host}/run:1`];
  const image = `${registry.host}/app:official-${api}`;
  const container = { builder: builderFor(api), cacheDir: location("cache"), dir: location("official") };
  const args = ["creator", ...paths, ...runImage, image];
  const { exitCode, output } = await runLifecycle(container, args, { CNB_PLATFORM_API: api });
  if (exitCode !== 0) throw new Error(`creator exited ${exitCode}\n${output}`);
  return oci.read(inRegistry(`app:official-${api}`)).then((index) => oci.imageFor(index));
}

async function ours(api: PlatformApi): Promise<{ readonly image: Image; readonly log: readonly string[] }> {
  const reporter = recordingReporter();
  const output = inRegistry(`app:ours-${api}`);
  await buildImage({
    app: location("app"),
    output,
    reporter,
    signal,
    userEnv: new Map(Object.entries(userEnv)),
    builder: { kind: "oci", dir: location(`images/builder-${api}`) },
    env: { ...process.env, LIBCNB_CACHE_DIR: location("cache"), SOURCE_DATE_EPOCH: undefined },
    reportFile: location("report.toml"),
  });
  return { image: oci.imageFor(await oci.read(output)), log: reporter.lines };
}

/** The digests and sizes of manifests differ if the layers of two images are compressed differently. */
const reportOf = async (file: string) =>
  (await readFile(file, "utf8"))
    .replace(/sha256:[0-9a-f]{64}/, "DIGEST")
    .replace(/(manifest-size = )\d+/, "$1SIZE")
    .replace(/(ours|official)-/, "");

const reasons = (log: readonly string[]) =>
  log.filter((line) => /^info: (Added|Reused|Restored)/.test(line)).map((line) => line.replace(/ \([^)]*\)/, ""));

describe.for(platformApis)("with Platform API %s,", (api) => {
  beforeAll(() => rm(location("official/cache"), { recursive: true, force: true }));

  test("cnb build makes the same image as the lifecycle's creator in a first build", async () => {
    expect(await imageFacts((await ours(api)).image)).toEqual(await imageFacts(await official(api)));
    expect(await reportOf(location("report.toml"))).toEqual(await reportOf(location("official/layers/report.toml")));
  });

  test("cnb build restores and reuses the same layers as the creator in a rebuild", async () => {
    expect(await imageFacts((await ours(api)).image)).toEqual(await imageFacts(await official(api)));
  });

  test("cnb build restores and reuses the same layers as the creator in a rebuild of a changed app", async () => {
    await writeFile(location("app/src/one.js"), `changed for ${api}`);
    const { image, log } = await ours(api);
    expect(await imageFacts(image)).toEqual(await imageFacts(await official(api)));
    expect(reasons(log)).toMatchSnapshot();
  });
});
