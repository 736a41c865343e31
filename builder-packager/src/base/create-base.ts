import { join } from "node:path";
import { CnbError } from "../errors.ts";
import type { BlobStore } from "../oci/blob-store.ts";
import { normalizedCreated } from "../oci/mutate.ts";
import type { Reporter } from "../reporter.ts";
import { readAptSources } from "./apt-sources.ts";
import { type ArchiveContext, readPackageIndexes, readSuite, type Suite } from "./archive.ts";
import { chooseSources } from "./archive-source.ts";
import { assembleImages, type BaseImages, type SelectedPackages } from "./assemble.ts";
import type { BasePlan } from "./base-plan.ts";
import { fetchPackages } from "./package-cache.ts";
import { type PackageIndex, packageUniverse } from "./package-index.ts";
import { recallImages, recipeKey, rememberImages } from "./remembered-images.ts";
import { resolvePackages } from "./resolve.ts";
import { settleAll } from "./settle.ts";

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

/**
 * Makes base images from the packages of a Debian-like distribution: without root, without running anything of them,
 * and with the same digests every time as long as the archive offers the same versions. Both share their first layer.
 *
 * @throws CnbError with a BASE_ code
 * @example
 * ```ts
 * const config = parseBaseToml(await readFile("base.toml"), "base.toml");
 * const flags = { component: [], package: [], buildPackage: [], runPackage: [], without: [], mirror: [] };
 * const plan = planBase(flags, config, [], process.arch);
 * const { build, run } = await createBase(plan, { reporter, env, cacheDir, store, now: Date.now() });
 * ```
 */
export async function createBase(plan: BasePlan, options: CreateBaseOptions): Promise<BaseImages> {
  const { hostDir = "/", allowExpired = false, created = normalizedCreated, cacheDir, reporter, store } = options;
  const { architecture, keyringFile } = plan;
  const archive = { ...options, hostDir, allowExpired, architecture, keyringFile, cacheDir: join(cacheDir, "indexes") };
  const suites = await readSuites(plan, archive);
  const memory = join(cacheDir, "images", `${await recipeKey(plan, suites, created)}.json`);
  const known = await recallImages(memory, store);
  if (known) {
    reporter.info("The archive offers what it did last time: the images are taken from the cache");
    return known;
  }
  const packages = selectPackages(
    plan,
    (await settleAll(suites.map((suite) => readPackageIndexes(suite, archive)))).flat(),
  );
  const { common, build, run } = packages;
  reporter.step(
    `Unpacking ${common.length} packages for both images, ${build.length} more for build, ${run.length} for run`,
  );
  const context = { ...options, debsDir: join(cacheDir, "debs"), created, release: releaseOf(plan, suites) };
  await fetchPackages([...common, ...build, ...run], context);
  const images = await assembleImages(plan, packages, context);
  await rememberImages(memory, images);
  return images;
}

async function readSuites(plan: BasePlan, context: ArchiveContext): Promise<Suite[]> {
  const sources = chooseSources(plan, context.env, await readAptSources(join(context.hostDir, "etc/apt")));
  context.reporter.step(`Reading ${sources.map(({ url, suite }) => `${suite} from ${url}`).join(", ")}`);
  return settleAll(sources.map((source) => readSuite(source, context)));
}

function releaseOf({ suite }: BasePlan, suites: readonly Suite[]) {
  const release = suites.find(({ source }) => source.suite === suite)?.release;
  return { origin: release?.origin, version: release?.version };
}

function selectPackages(plan: BasePlan, indexes: readonly PackageIndex[]): SelectedPackages {
  const universe = packageUniverse(indexes);
  const { architecture, without } = plan;
  const common = resolvePackages(universe, { names: plan.packages, architecture, without });
  const beyond = (names: readonly string[]) =>
    resolvePackages(universe, { names, architecture, without, installed: common });
  return { common, build: beyond(plan.build.packages), run: beyond(plan.run.packages) };
}

/**
 * The creation time that SOURCE_DATE_EPOCH asks for.
 *
 * @throws CnbError ARGUMENT_INVALID when it is not a number of seconds
 * @see https://reproducible-builds.org/specs/source-date-epoch/
 */
export function createdFrom(env: NodeJS.ProcessEnv): string | undefined {
  const epoch = env.SOURCE_DATE_EPOCH;
  if (epoch === undefined || epoch === "") return undefined;
  const seconds = /^[0-9]+$/.test(epoch) ? Number(epoch) : Number.NaN;
  if (seconds <= 253402300799) return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
  throw new CnbError("ARGUMENT_INVALID", `SOURCE_DATE_EPOCH is "${epoch}", not seconds since 1970`, {
    hint: "Unset it or give a whole number.",
  });
}
