import { join } from "node:path";
import { concurrently } from "../concurrently.ts";
import { defined } from "../defined.ts";
import { formatImageReference } from "../oci/model/reference.ts";
import { type ArchiveContext, readPackageIndexes, readSuite, type Suite } from "./archive/archive.ts";
import { type ArchiveSource, chooseSources } from "./archive/archive-source.ts";
import { fetchPackages } from "./archive/package-cache.ts";
import { packageUniverse } from "./archive/package-index.ts";
import { assembleImages, type ImagePair } from "./assemble.ts";
import type { BasePlan, DebianArchitecture, Stage } from "./base-plan.ts";
import type { PairOptions } from "./create-options.ts";
import { checkSameRelease, type ImageBelow, readImageBelow } from "./image-below.ts";
import {
  notePins,
  type Pins,
  pinnedBelow,
  pinsOf,
  readPins,
  type SelectedPackages,
  targetOf,
} from "./packages/lock-pins.ts";
import { lockedPackages } from "./packages/locked-packages.ts";
import { selectPackages } from "./packages/select-packages.ts";
import { recallImages, recipeKey, rememberImages } from "./remembered-images.ts";
import type { ArchiveRelease } from "./tree/os-release.ts";

type Below = Readonly<Partial<Record<Stage, ImageBelow>>>;

/** The inputs of the images for one architecture, with the packages on demand. */
interface Ingredients {
  /** The identity of the packages: indexes of suites, or pins. */
  readonly identity: unknown;
  readonly release: ArchiveRelease;
  select(): Promise<SelectedPackages>;
}

/**
 * Creates the build image and the run image for one architecture. If the cache contains images of
 * the same inputs, they are returned instead.
 */
export async function createPair(
  plan: BasePlan,
  architecture: DebianArchitecture,
  options: PairOptions,
): Promise<ImagePair> {
  const { lock, cacheDir, reporter, store, created, isDated } = options;
  const target = lock && targetOf(lock, architecture);
  const pins = target && readPins(target);
  const sources = chooseSources({ ...plan, architecture }, options.env, options.apt);
  const below = await readBelow(plan, architecture, options, pinnedBelow(target, plan));
  const ingredients = pins
    ? await fromPins(plan, pins, sources, { ...options, architecture }, below)
    : await fromArchive(plan, sources, { ...options, architecture }, below);
  const digests = belowDigests(plan, below);
  const identity = { identity: ingredients.identity, digests: [...digests], created, isDated, architecture };
  const memory = join(cacheDir, "images", `${await recipeKey(plan, identity)}.json`);
  const known = await recallImages(memory, store);
  if (known) reporter.info(`The packages have not changed: the images for ${architecture} are taken from the cache`);
  const made = known ?? (await makeImages(plan, architecture, ingredients, below, options));
  if (!known) await rememberImages(memory, made);
  if (target) notePins(target, plan, { ...ingredients.release, packages: pins?.packages ?? made.pins }, digests);
  return made.images;
}

async function makeImages(
  plan: BasePlan,
  architecture: DebianArchitecture,
  { select, release }: Ingredients,
  below: Below,
  options: PairOptions,
) {
  const packages = await select();
  const { build, run, locale } = packages;
  options.reporter.step(`Unpacking ${build.length} packages for build and ${run.length} for run, ${architecture}`);
  const context = { ...options, debsDir: join(options.cacheDir, "debs"), architecture, release, below };
  const wanted = new Map([...build, ...run, ...(locale ? [locale] : [])].map((item) => [item.sha256, item]));
  await fetchPackages([...wanted.values()], context);
  return { images: await assembleImages(plan, packages, context), pins: pinsOf(packages) };
}

interface SourceContext extends PairOptions {
  readonly architecture: DebianArchitecture;
}

async function fromArchive(
  plan: BasePlan,
  sources: readonly ArchiveSource[],
  options: SourceContext,
  below: Below,
): Promise<Ingredients> {
  const { reporter, cacheDir, architecture } = options;
  const { keyringFile, allowUnsigned } = plan;
  const archive: ArchiveContext = { ...options, keyringFile, allowUnsigned, cacheDir: join(cacheDir, "indexes") };
  reporter.step(`Reading ${sources.map(({ url, suite }) => `${suite} from ${url}`).join(", ")} for ${architecture}`);
  const suites = await concurrently(sources, (source) => readSuite(source, archive), { abort: false });
  const release = suites.find(({ source }) => source.suite === plan.suite)?.release;
  checkBelow(below, plan.suite, release?.codename);
  return {
    identity: suites.map((suite) => identityOf(suite, architecture)),
    release: { origin: release?.origin, version: release?.version, codename: release?.codename },
    select: async () => {
      const indexes = await concurrently(suites, (suite) => readPackageIndexes(suite, archive), { abort: false });
      return selectPackages(plan, packageUniverse(indexes.flat()), architecture, below);
    },
  };
}

/**
 * The identity of the packages, without mirrors and keyrings, because the same index refers to the
 * same bytes everywhere.
 */
const identityOf = ({ source, release, folder }: Suite, architecture: string) => ({
  suite: source.suite,
  components: source.components,
  origin: release.origin,
  version: release.version,
  codename: release.codename,
  files: [...release.files].filter(([path]) => path.includes(`/binary-${architecture}/Packages`)),
  folder: folder?.text,
});

async function fromPins(
  plan: BasePlan,
  pins: Pins,
  sources: readonly ArchiveSource[],
  options: SourceContext,
  below: Below,
): Promise<Ingredients> {
  checkBelow(below, plan.suite, pins.codename);
  options.reporter.step(`Using the versions in the lock file for ${options.architecture}`);
  return {
    identity: pins,
    release: { origin: pins.origin, version: pins.version, codename: pins.codename },
    select: () => lockedPackages(pins, sources, { ...options, debsDir: join(options.cacheDir, "debs") }),
  };
}

const checkBelow = (below: Below, suite: string, codename: string | undefined): void => {
  for (const image of Object.values(below)) checkSameRelease(image, { suite, codename });
};

async function readBelow(
  plan: BasePlan,
  architecture: DebianArchitecture,
  { reporter, registry, store }: PairOptions,
  pinned: ReadonlyMap<string, ImageBelow["digest"]>,
): Promise<Below> {
  const read = new Map<string, ImageBelow>();
  for (const { extend } of [plan.build, plan.run]) {
    const name = extend && formatImageReference(extend);
    if (!extend || name === undefined || read.has(name)) continue;
    reporter.step(`Reading ${name} for ${architecture}`);
    read.set(name, await readImageBelow(extend, { architecture, registry, store, digest: pinned.get(name) }));
  }
  const of = ({ extend }: BasePlan[Stage]) => (extend ? read.get(formatImageReference(extend)) : undefined);
  const [build, run] = [of(plan.build), of(plan.run)];
  return defined({ build, run });
}

const belowDigests = ({ build, run }: BasePlan, below: Below): Map<string, ImageBelow["digest"]> =>
  new Map(
    (["build", "run"] as const).flatMap((stage) => {
      const extend = { build, run }[stage].extend;
      const image = below[stage];
      return extend && image ? [[formatImageReference(extend), image.digest] as const] : [];
    }),
  );
