// @needs busybox, docker-registry
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, type Image, labelsOf, openBlobStore, parseImageReference } from "@libcnb/packager/oci";
import { bytesOfName, onDisk } from "../../../builder-packager/src/files/file-name.ts";
import { buildImage } from "../../../builder-packager/src/platform/build-image.ts";
import { recordingReporter } from "../../../builder-packager/src/reporter.ts";
import { exitCodeOf, renderError } from "../../../builder-packager/src/terminal/render-error.ts";
import { hostFiles, librariesOf } from "../images/docker-bases.ts";
import { type ImageFacts, imageFacts } from "../images/image-facts.ts";
import { releasedLifecycle } from "../lifecycle/released-lifecycle.ts";
import { freshFolders, runLifecycle } from "../lifecycle/sandboxed-lifecycle.ts";
import { startRegistry } from "../service.ts";
import { shellBuilder } from "../tiny/shell-builder.ts";
import { shellImage } from "../tiny/shell-image.ts";
import { type AppFiles, type Combination, orderOf, type Step } from "./combination.ts";
import { type Started, type Starter, startAll, startByCnb, startByLauncher } from "./starts.ts";

/** How a build ended: the image's facts and what comes of its processes, or the exit code. */
export type Ended =
  | { readonly exitCode: 0; readonly image: ImageFacts; readonly started: Readonly<Record<string, Started>> }
  | { readonly exitCode: number };

/** A build by both, with what they said, for whoever looks for the reason of a difference. */
export interface Both {
  readonly official: Ended;
  readonly ours: Ended;
  readonly log: string;
}

export interface DifferentialWorld {
  /** Runs the builds of a combination one after the other, each by both. */
  builds(combination: Combination): AsyncGenerator<Both>;
  remove(): Promise<void>;
}

interface Shared {
  readonly dir: string;
  readonly host: string;
  readonly lifecycle: Parameters<typeof shellBuilder>[0]["lifecycle"];
}

/** A registry with a run image, and the official lifecycle. */
export async function differentialWorld(): Promise<DifferentialWorld> {
  const dir = await mkdtemp(join(tmpdir(), "differential-"));
  await chmod(dir, 0o755);
  const registry = await startRegistry();
  const lifecycle = await releasedLifecycle();
  const settings = { env: ["PATH=/bin", "KEPT=1=2"], labels: { "io.buildpacks.rebasable": "true" } };
  const runImage = withBash(await shellImage(dir, { ...settings }), dir);
  await oci.write(await runImage, parseImageReference(`${registry.host}/run:1`));
  let count = 0;
  return {
    builds: (combination) => builds({ dir, host: registry.host, lifecycle }, combination, `case-${count++}`),
    async remove() {
      await registry.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The launcher starts what is not direct by /bin/bash, which is that of this machine here, with its libraries. */
async function withBash(image: Image, dir: string): Promise<Image> {
  const bash = "/bin/bash";
  const entries = await hostFiles([bash, ...(await librariesOf(bash))]);
  return oci.mutate.appendLayers(image, [
    { layer: await createLayer(entries, await openBlobStore(join(dir, "blobs"))) },
  ]);
}

/** A combination on its way: where its directories are, and what the steps so far have settled. */
interface Case extends Shared {
  readonly id: string;
  readonly location: (name: string) => string;
  readonly combination: Combination;
  readonly step: Step;
  readonly builder: Image;
}

async function* builds(shared: Shared, combination: Combination, id: string): AsyncGenerator<Both> {
  const location = (name: string) => join(shared.dir, id, name);
  let step: Step = { app: combination.app ?? { "app.txt": "app" }, userEnv: {} };
  try {
    for (const next of combination.steps ?? [{}, {}]) {
      const { lose: _, clearCache: __, label: ___, ...kept } = step;
      step = { ...kept, ...next };
      const builder = await builderOf(shared, combination, step);
      yield await build({ ...shared, id, location, combination, step, builder });
    }
  } finally {
    // builders are unpacked once for each combination: all of them are gigabytes
    const used = combination.keepsBuilder ? [id] : [id, "cache/rootfs"];
    for (const name of used) await rm(join(shared.dir, name), { recursive: true, force: true });
  }
}

function builderOf({ dir, host, lifecycle }: Shared, combination: Combination, step: Step): Promise<Image> {
  const buildpacks = step.buildpacks ?? combination.buildpacks;
  const members = buildpacks.map(({ id, version }) => `${id}@${version}`);
  return shellBuilder({
    dir,
    lifecycle,
    buildpacks,
    runImage: `${host}/run:1`,
    order: step.order ?? combination.order ?? orderOf([members]),
    ...(combination.system && { files: { "/cnb/system.toml": combination.system } }),
    ...(combination.operatorEnv && { operatorEnv: combination.operatorEnv }),
    platformApis: [apiOf(combination, step)],
  });
}

const apiOf = (combination: Combination, step: Step): string => step.platformApi ?? combination.platformApi ?? "0.13";

async function build(given: Case): Promise<Both> {
  await makeApp(given.location("app"), given.step.app ?? {});
  for (const whose of ["theirs", "ours"]) await relabel(`${given.host}/${given.id}:${whose}`, given.step.label);
  const theirs = await official(given);
  const ours = await cnb(given);
  return { official: theirs.ended, ours: ours.ended, log: `${theirs.log}\n--- cnb\n${ours.log}` };
}

const metadataLabel = "io.buildpacks.lifecycle.metadata";

async function relabel(name: string, change: Step["label"]): Promise<void> {
  if (change === undefined) return;
  const image = oci.imageFor(await oci.read(parseImageReference(name)));
  const labels = labelsOf(image);
  const changed = oci.mutate.labels(image, { ...labels, [metadataLabel]: change(labels[metadataLabel] ?? "") });
  await oci.write(changed, parseImageReference(name));
}

async function makeApp(dir: string, files: AppFiles): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(dir, path);
    await mkdir(onDisk(path.endsWith("/") ? file : dirname(file)), { recursive: true });
    if (content.startsWith("-> ")) await symlink(onDisk(content.slice(3)), onDisk(file));
    else if (!path.endsWith("/"))
      await writeFile(onDisk(file), bytesOfName(content), { mode: content.startsWith("#!") ? 0o755 : 0o644 });
  }
}

interface Run {
  readonly ended: Ended;
  readonly log: string;
}

/** The official creator inside the unpacked builder, as a platform like Tekton runs it. */
async function official(given: Case): Promise<Run> {
  const { host, step, combination } = given;
  if (step.lose === "cache") await rm(given.location("official/cache"), { recursive: true, force: true });
  await freshFolders(given.location("official"), given.location("app"), step.userEnv);
  const image = step.lose === "image" ? `${host}/${given.id}:theirs-anew` : `${host}/${given.id}:theirs`;
  const flags = [
    "-app",
    "/workspace",
    "-layers",
    "/layers",
    "-platform",
    "/platform",
    "-cache-dir",
    "/cache",
    ...(step.clearCache ? ["-skip-restore"] : []),
    ...(step.defaultProcess ? ["-process-type", step.defaultProcess] : []),
    "-run-image",
    `${host}/run:1`,
    image,
  ];
  const api = apiOf(combination, step);
  const container = { builder: given.builder, cacheDir: join(given.dir, "cache"), dir: given.location("official") };
  const { exitCode, output } = await runLifecycle(container, ["creator", ...flags], {
    CNB_PLATFORM_API: api,
    ...(step.execEnv && { CNB_EXEC_ENV: step.execEnv }),
  });
  return { ended: await endedOf(given, exitCode, image, startByLauncher), log: output };
}

async function endedOf(given: Case, exitCode: number, name: string, starter: Starter): Promise<Ended> {
  if (exitCode !== 0) return { exitCode };
  const image = oci.imageFor(await oci.read(parseImageReference(name)));
  const more = given.combination.starts ?? [];
  const isStarted = given.combination.isStarted ?? true;
  const started = !isStarted ? {} : await startAll(starter, { image, more, cacheDir: join(given.dir, "cache") });
  return { exitCode, image: await imageFacts(image), started };
}

async function cnb(given: Case): Promise<Run> {
  const { location, step, host, id, dir } = given;
  const builder = { kind: "oci", dir: location("builder") } as const;
  await rm(location("builder"), { recursive: true, force: true });
  await oci.write(given.builder, builder, { name: "builder:1" });
  if (step.lose === "cache") await rm(location("cache"), { recursive: true, force: true });
  const image = step.lose === "image" ? `${host}/${id}:ours-anew` : `${host}/${id}:ours`;
  const reporter = recordingReporter();
  const exitCode = await buildImage({
    app: location("app"),
    builder,
    output: parseImageReference(image),
    cache: location("cache"),
    reporter,
    ...(step.execEnv && { execEnv: step.execEnv }),
    ...(step.defaultProcess && { defaultProcess: step.defaultProcess }),
    clearCache: step.clearCache ?? false,
    userEnv: new Map(Object.entries(step.userEnv ?? {})),
    env: { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache"), SOURCE_DATE_EPOCH: undefined },
    signal: new AbortController().signal,
  }).then(
    () => 0,
    (error) => {
      reporter.info(renderError(error));
      return exitCodeOf(error);
    },
  );
  return { ended: await endedOf(given, exitCode, image, startByCnb), log: reporter.lines.join("\n") };
}
