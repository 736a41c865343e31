import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Image, parseImageReference, readImage, writeImage } from "@libcnb/packager/oci";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { fetchLifecycle } from "../../../builder-packager/src/lifecycle/fetch.ts";
import { buildImage } from "../../../builder-packager/src/platform/build-image.ts";
import { exitCodeOf } from "../../../builder-packager/src/render-error.ts";
import { recordingReporter, silentReporter } from "../../../builder-packager/src/reporter.ts";
import { chooseBackend } from "../../../builder-packager/src/sandbox/choose-backend.ts";
import { runInSandbox } from "../../../builder-packager/src/sandbox/run-in-sandbox.ts";
import { unpackImage } from "../../../builder-packager/src/sandbox/unpack-image.ts";
import { startRegistry } from "../service.ts";
import { shellBuilder } from "../shell-builder.ts";
import { tinyImage } from "../tiny-images.ts";
import { type AppFiles, type Combination, orderOf, type Step } from "./combination.ts";
import { type ImageFacts, imageFacts } from "./facts.ts";

const ids = { uid: 1000, gid: 1000 };

/** How a build ended: the image's facts or the exit code. */
export type Ended = { readonly exitCode: 0; readonly image: ImageFacts } | { readonly exitCode: number };

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
  const arch = process.arch === "arm64" ? "arm64" : "amd64";
  const source = { arch, cacheDir: cacheDir(process.env, "lifecycle"), reporter: silentReporter } as const;
  const lifecycle = await fetchLifecycle({}, { ...source, env: process.env, signal: new AbortController().signal });
  const settings = { env: ["PATH=/bin", "KEPT=1=2"], labels: { "io.buildpacks.rebasable": "true" } };
  const runImage = await tinyImage(dir, { shell: true, ...settings });
  await writeImage(runImage, parseImageReference(`${registry.host}/run:1`));
  let count = 0;
  return {
    builds: (combination) => builds({ dir, host: registry.host, lifecycle }, combination, `case-${count++}`),
    async remove() {
      await registry.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A combination on its way: where its folders are, and what the steps so far have settled. */
interface Case extends Shared {
  readonly id: string;
  readonly place: (name: string) => string;
  readonly combination: Combination;
  readonly step: Step;
  readonly builder: Image;
}

async function* builds(shared: Shared, combination: Combination, id: string): AsyncGenerator<Both> {
  const place = (name: string) => join(shared.dir, id, name);
  let step: Step = { app: combination.app ?? { "app.txt": "app" }, userEnv: {} };
  try {
    for (const next of combination.steps ?? [{}, {}]) {
      const { lose: _, clearCache: __, ...kept } = step;
      step = { ...kept, ...next };
      const builder = await builderOf(shared, combination, step);
      yield await build({ ...shared, id, place, combination, step, builder });
    }
  } finally {
    // builders are unpacked once for each combination: all of them are gigabytes
    for (const name of [id, "cache/rootfs"]) await rm(join(shared.dir, name), { recursive: true, force: true });
  }
}

function builderOf({ dir, host, lifecycle }: Shared, combination: Combination, step: Step): Promise<Image> {
  const buildpacks = step.buildpacks ?? combination.buildpacks;
  const members = buildpacks.map(({ id, version }) => `${id}@${version}`);
  return shellBuilder({
    ...{ dir, lifecycle, buildpacks, runImage: `${host}/run:1` },
    order: step.order ?? combination.order ?? orderOf([members]),
    ...(combination.system && { files: { "/cnb/system.toml": combination.system } }),
    ...(combination.operatorEnv && { operatorEnv: combination.operatorEnv }),
    platformApis: [apiOf(combination, step)],
  });
}

const apiOf = (combination: Combination, step: Step): string => step.platformApi ?? combination.platformApi ?? "0.13";

async function build(given: Case): Promise<Both> {
  await makeApp(given.place("app"), given.step.app ?? {});
  const theirs = await official(given);
  const ours = await cnb(given);
  return { official: theirs.ended, ours: ours.ended, log: `${theirs.log}\n--- cnb\n${ours.log}` };
}

async function makeApp(dir: string, files: AppFiles): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(dir, path);
    await mkdir(path.endsWith("/") ? file : dirname(file), { recursive: true });
    if (content.startsWith("-> ")) await symlink(content.slice(3), file);
    else if (!path.endsWith("/")) await writeFile(file, content, { mode: content.startsWith("#!") ? 0o755 : 0o644 });
  }
}

interface Run {
  readonly ended: Ended;
  readonly log: string;
}

/** The official creator inside the unpacked builder, as a platform like Tekton runs it. */
async function official(given: Case): Promise<Run> {
  const { host, step, combination } = given;
  await freshWork(given);
  const image = step.lose === "image" ? `${host}/${given.id}:theirs-anew` : `${host}/${given.id}:theirs`;
  const flags = [
    ...["-app", "/workspace", "-layers", "/layers", "-platform", "/platform", "-cache-dir", "/cache"],
    ...(step.clearCache ? ["-skip-restore"] : []),
    ...(step.defaultProcess ? ["-process-type", step.defaultProcess] : []),
    ...["-run-image", `${host}/run:1`, image],
  ];
  const api = apiOf(combination, step);
  const { exitCode, output } = await lifecycleRun(given, ["creator", ...flags], {
    CNB_PLATFORM_API: api,
    ...(step.execEnv && { CNB_EXEC_ENV: step.execEnv }),
  });
  return { ended: await endedOf(exitCode, image), log: output };
}

const endedOf = async (exitCode: number, image: string): Promise<Ended> =>
  exitCode === 0 ? { exitCode, image: await imageFacts(await readImage(parseImageReference(image))) } : { exitCode };

async function lifecycleRun(given: Case, [phase, ...args]: readonly string[], more: Readonly<Record<string, string>>) {
  const cache = { cacheDir: join(given.dir, "cache"), reporter: silentReporter };
  const rootfs = await unpackImage(given.builder, cache);
  const env = {
    ...{ CNB_USER_ID: "1000", CNB_GROUP_ID: "1000", PATH: "/bin", HOME: "/home/cnb" },
    ...{ CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AMAZON: "true", CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AZURE: "true" },
    ...more,
  };
  const mounts = ["layers", "workspace", "platform", "cache", "tmp", "home/cnb"].map((name) => ({
    ...{ source: given.place(`official/${name}`), target: `/${name}`, readonly: false },
  }));
  const output: Uint8Array[] = [];
  const command = [`/cnb/lifecycle/${phase}`, ...args] as const;
  const { exitCode } = await runInSandbox(
    { rootfs, rootfsWritable: false, mounts, cwd: "/layers", network: true, ...ids, env, command },
    { backend: await chooseBackend(), onOutput: (chunk) => void output.push(chunk) },
  );
  return { exitCode, output: Buffer.concat(output).toString() };
}

/** Only the cache survives from build to build, as on a real platform. */
async function freshWork({ place, step }: Case): Promise<void> {
  const lost = ["layers", "workspace", "platform", "tmp", "home", ...(step.lose === "cache" ? ["cache"] : [])];
  for (const name of lost) await rm(place(`official/${name}`), { recursive: true, force: true });
  for (const name of ["layers", "cache", "platform/env", "tmp", "home/cnb"])
    await mkdir(place(`official/${name}`), { recursive: true });
  await cp(place("app"), place("official/workspace"), { recursive: true, verbatimSymlinks: true });
  for (const [name, value] of Object.entries(step.userEnv ?? {}))
    await writeFile(place(`official/platform/env/${name}`), value);
  if (process.getuid?.() === 0) await giveToUser(place("official"));
}

async function giveToUser(dir: string): Promise<void> {
  const { lchown } = await import("node:fs/promises");
  for (const name of ["layers", "cache", "tmp", "home/cnb", "workspace"])
    await chown(join(dir, name), ids.uid, ids.gid);
  for (const name of await readdir(join(dir, "workspace"), { recursive: true }))
    await lchown(join(dir, "workspace", name), ids.uid, ids.gid);
}

async function cnb(given: Case): Promise<Run> {
  const { place, step, host, id, dir } = given;
  const builder = { kind: "oci", dir: place("builder") } as const;
  await rm(place("builder"), { recursive: true, force: true });
  await writeImage(given.builder, builder, { name: "builder:1" });
  if (step.lose === "cache") await rm(place("cache"), { recursive: true, force: true });
  const image = step.lose === "image" ? `${host}/${id}:ours-anew` : `${host}/${id}:ours`;
  const reporter = recordingReporter();
  const exitCode = await buildImage({
    ...{ app: place("app"), builder, output: parseImageReference(image), cache: place("cache"), reporter },
    ...(step.execEnv && { execEnv: step.execEnv }),
    ...(step.defaultProcess && { defaultProcess: step.defaultProcess }),
    clearCache: step.clearCache ?? false,
    userEnv: new Map(Object.entries(step.userEnv ?? {})),
    env: { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache"), SOURCE_DATE_EPOCH: undefined },
    signal: new AbortController().signal,
  }).then(
    () => 0,
    (error) => {
      reporter.info(`${error}`);
      return exitCodeOf(error);
    },
  );
  return { ended: await endedOf(exitCode, image), log: reporter.lines.join("\n") };
}
