import { join } from "node:path";
import { CnbError } from "../errors.ts";
import type { BlobStore } from "../oci/blob-store.ts";
import type { Image, Layer } from "../oci/image.ts";
import { createLayer } from "../oci/layer.ts";
import { appendLayers, emptyImage, withConfig, withCreated } from "../oci/mutate.ts";
import type { ContainerConfig } from "../oci/spec.ts";
import type { Reporter } from "../reporter.ts";
import { readAptSources } from "./apt-sources.ts";
import { readSuite, type Suite } from "./archive.ts";
import { chooseSources } from "./archive-source.ts";
import type { BasePlan } from "./base-plan.ts";
import { readDeb } from "./deb.ts";
import { type FileTree, fileAt, treeEntries } from "./file-tree.ts";
import { buildConfig, distributionOf, runConfig } from "./image-config.ts";
import { fetchPackages, type PackageCacheContext, readPackage } from "./package-cache.ts";
import { type BinaryPackage, packageUniverse } from "./package-index.ts";
import { resolvePackages } from "./resolve.ts";
import { addSystemFiles, mergedUsr } from "./system-files.ts";
import { type UnpackablePackage, unpackPackages } from "./unpack.ts";

export interface CreateBaseOptions {
  readonly reporter: Reporter;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Where fetched indexes and packages are kept. */
  readonly cacheDir: string;
  /** Where layers are kept. */
  readonly store: BlobStore;
  /** The root of the host's file system: apt's configuration and keyrings are read below it. @default "/" */
  readonly hostDir?: string;
  /** Milliseconds since the epoch, to tell whether the archive's index has expired. */
  readonly now: number;
  readonly allowExpired?: boolean;
  /** ISO 8601; the images' creation time. @default 1980-01-01T00:00:01Z */
  readonly created?: string;
}

/** A build image and the run image that goes with it. */
export interface BaseImages {
  readonly build: Image;
  readonly run: Image;
}

/**
 * Makes base images from the packages of a Debian-like distribution: without root, without running anything of them,
 * and with the same digests every time as long as the archive offers the same versions. Both share their first layer.
 *
 * @throws CnbError with a BASE_ code
 * @example `await createBase(planBase(flags, config, [], process.arch), { reporter, env, cacheDir, store, now: Date.now() })`
 */
export async function createBase(plan: BasePlan, options: CreateBaseOptions): Promise<BaseImages> {
  const suites = await readSuites(plan, options);
  const packages = selectPackages(plan, suites);
  const context: PackageCacheContext = { ...options, debsDir: join(options.cacheDir, "debs") };
  options.reporter.step(
    `Unpacking ${packages.common.length} packages, ${packages.build.length} for build, ${packages.run.length} for run`,
  );
  await fetchPackages([...packages.common, ...packages.build, ...packages.run], context);
  return assemble(plan, suites, packages, context, options);
}

async function readSuites(plan: BasePlan, options: CreateBaseOptions): Promise<Suite[]> {
  const { env, hostDir = "/", allowExpired = false } = options;
  const sources = chooseSources(plan, env, await readAptSources(join(hostDir, "etc/apt")));
  options.reporter.step(`Reading ${sources.map(({ url, suite }) => `${suite} from ${url}`).join(", ")}`);
  const context = { ...options, hostDir, allowExpired, architecture: plan.architecture, keyringFile: plan.keyringFile };
  return Promise.all(
    sources.map((source) => readSuite(source, { ...context, cacheDir: join(options.cacheDir, "indexes") })),
  );
}

/** Packages by where they go: into the layer that both images share, or into one image's own. */
interface SelectedPackages {
  readonly common: readonly BinaryPackage[];
  readonly build: readonly BinaryPackage[];
  readonly run: readonly BinaryPackage[];
}

function selectPackages(plan: BasePlan, suites: readonly Suite[]): SelectedPackages {
  const universe = packageUniverse(suites.flatMap(({ indexes }) => indexes));
  const { architecture } = plan;
  const common = resolvePackages(universe, { names: plan.packages, architecture });
  const beyond = (names: readonly string[]) => resolvePackages(universe, { names, architecture, installed: common });
  return { common, build: beyond(plan.build.packages), run: beyond(plan.run.packages) };
}

async function assemble(
  plan: BasePlan,
  suites: readonly Suite[],
  packages: SelectedPackages,
  context: PackageCacheContext,
  options: CreateBaseOptions,
): Promise<BaseImages> {
  const { store } = options;
  const common = mergedUsr(plan.architecture);
  unpackPackages(common, await unpackable(packages.common, context));
  addSystemFiles(common, undefined, plan.certificates);
  const shared = await createLayer(treeEntries(common), store);
  const own = async (stage: "build" | "run"): Promise<Layer> => {
    const tree: FileTree = new Map(common);
    unpackPackages(tree, await unpackable(packages[stage], context), packages.common);
    addSystemFiles(tree, plan[stage].user, plan.certificates);
    return createLayer(treeEntries(tree, common), store);
  };
  const release = suites.find(({ source }) => source.suite === plan.suite)?.release;
  const osRelease = Buffer.from(fileAt(common, "etc/os-release") ?? "").toString("utf8");
  const distribution = distributionOf(osRelease, { origin: release?.origin, version: release?.version });
  const contents = (stage: "build" | "run") => ({ distribution, common: packages.common, own: packages[stage] });
  const image = async (stage: "build" | "run", config: ContainerConfig) =>
    baseImage(plan, config, shared, await own(stage), options.created);
  return {
    build: await image("build", buildConfig(plan, contents("build"))),
    run: await image("run", runConfig(plan, contents("run"))),
  };
}

/** Packages are unpacked one after another: their xz data is decompressed on this thread anyway, and memory is dear. */
async function unpackable(
  packages: readonly BinaryPackage[],
  context: PackageCacheContext,
): Promise<UnpackablePackage[]> {
  const unpacked: UnpackablePackage[] = [];
  for (const item of packages) {
    context.signal?.throwIfAborted();
    unpacked.push({ package: item, ...(await readDeb(await readPackage(item, context), item.name)) });
  }
  return unpacked;
}

function baseImage(
  plan: BasePlan,
  config: ContainerConfig,
  shared: Layer,
  own: Layer,
  created = "1980-01-01T00:00:01Z",
): Image {
  const empty = emptyImage({ os: "linux", architecture: plan.architecture });
  const layers = appendLayers(empty, [
    { layer: shared, history: { created, created_by: `cnb base create: packages of ${plan.suite} in both images` } },
    { layer: own, history: { created, created_by: "cnb base create: packages of this image, accounts" } },
  ]);
  return withCreated(withConfig(layers, config), created);
}

/**
 * The creation time that SOURCE_DATE_EPOCH asks for.
 *
 * @throws CnbError ARGUMENT_INVALID when it is not a number of seconds
 * @see https://reproducible-builds.org/specs/source-date-epoch/
 */
export function createdFrom(env: NodeJS.ProcessEnv): string | undefined {
  const epoch = env["SOURCE_DATE_EPOCH"];
  if (epoch === undefined || epoch === "") return undefined;
  const seconds = /^[0-9]+$/.test(epoch) ? Number(epoch) : Number.NaN;
  if (seconds <= 253402300799) return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
  throw new CnbError("ARGUMENT_INVALID", `SOURCE_DATE_EPOCH is "${epoch}", not seconds since 1970`, {
    hint: "Unset it or give a whole number.",
  });
}
