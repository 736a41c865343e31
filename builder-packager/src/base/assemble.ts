import { CnbError } from "../errors.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import type { Image, Layer } from "../oci/model/image.ts";
import { type AppendedLayer, appendLayers, emptyImage, withConfig, withCreated } from "../oci/model/mutate.ts";
import { type PackageCacheContext, readPackage } from "./archive/package-cache.ts";
import type { BinaryPackage } from "./archive/package-index.ts";
import type { BasePlan, DebianArchitecture, Stage } from "./base-plan.ts";
import { baseSbom } from "./base-sbom.ts";
import type { ImageBelow } from "./image-below.ts";
import { distributionOf, imageConfig } from "./image-config.ts";
import { readDeb } from "./packages/deb.ts";
import type { SelectedPackages } from "./packages/lock-pins.ts";
import type { UnpackablePackage } from "./packages/unpack.ts";
import { type FileTree, put, sameNode, textAt, textFile, treeEntries } from "./tree/file-tree.ts";
import { hasLocale, localeFiles } from "./tree/locale.ts";
import type { ArchiveRelease } from "./tree/os-release.ts";
import { stageTree } from "./tree/stage-tree.ts";

/** A build image and its run image for one platform. */
export interface ImagePair {
  readonly build: Image;
  readonly run: Image;
}

export interface AssembleContext extends PackageCacheContext {
  readonly store: BlobStore;
  readonly architecture: DebianArchitecture;
  /** The images' creation time in ISO 8601. */
  readonly created: string;
  /** True if the user requested a creation time, which labels then contain. */
  readonly isDated: boolean;
  /** The distribution's name and version, from the archive's Release file. */
  readonly release: ArchiveRelease;
  /** The images to extend, by the image that extends them. */
  readonly below: Readonly<Partial<Record<Stage, ImageBelow>>>;
}

/** The contents of one image. */
interface Contents {
  readonly tree: FileTree;
  readonly packages: readonly UnpackablePackage[];
}

const stages: readonly Stage[] = ["build", "run"];

/**
 * Creates the build image and the run image from cached packages. Content that both images have is
 * in a shared layer, unless they extend different images. The SBOM is in its own layer, at the path
 * where platforms look for it.
 */
export async function assembleImages(
  plan: BasePlan,
  packages: SelectedPackages,
  context: AssembleContext,
): Promise<ImagePair> {
  const read = new Map<string, UnpackablePackage>();
  const contents = {} as Record<Stage, Contents>;
  const locale = await readLocale(plan, packages.locale, context);
  for (const stage of stages) {
    const items: UnpackablePackage[] = [];
    for (const item of packages[stage]) items.push(await unpackable(item, read, context));
    const tree = await stageTree(plan, stage, items, {
      ...context,
      below: context.below[stage],
      locale: locale?.files,
    });
    contents[stage] = { tree, packages: items };
  }
  const shared = sharedTree(contents, context);
  const sharedLayer =
    shared.size > 0
      ? await createLayer(await treeEntries(shared, { signal: context.signal }), context.store, {
          signal: context.signal,
        })
      : undefined;
  const image = (stage: Stage) =>
    imageOf(plan, stage, contents, { ...context, shared, sharedLayer, locale: locale?.from });
  return { build: await image("build"), run: await image("run") };
}

/**
 * Reads one locale. The package contains hundreds of other locales, so its content is released
 * before other packages are read.
 */
async function readLocale({ locale }: BasePlan, item: BinaryPackage | undefined, context: PackageCacheContext) {
  if (locale === undefined || item === undefined) return undefined;
  const unpacked = await unpackable(item, new Map(), context);
  return { files: await localeFiles(locale, unpacked), from: { ...unpacked, entries: [] } };
}

/** Unpacks packages one after another: xz decompression uses this thread anyway, and memory is limited. */
async function unpackable(
  item: BinaryPackage,
  read: Map<string, UnpackablePackage>,
  context: PackageCacheContext,
): Promise<UnpackablePackage> {
  context.signal?.throwIfAborted();
  const known = read.get(item.sha256);
  if (known) return known;
  const unpacked = { package: item, ...(await readDeb(await readPackage(item, context), item.name)) };
  checkIdentity(unpacked);
  read.set(item.sha256, unpacked);
  return unpacked;
}

/**
 * Checks that the index and the package have the same identity, because otherwise the records would
 * be wrong.
 */
function checkIdentity({ package: { name, version }, control }: UnpackablePackage): void {
  const field = (key: string) => new RegExp(`^${key}:[ \\t]*(\\S+)`, "im").exec(control)?.[1];
  if (field("Package") === name && field("Version") === version) return;
  const found = `${field("Package") ?? "(no name)"} ${field("Version") ?? "(no version)"}`;
  throw new CnbError(
    "BASE_PACKAGE_INVALID",
    `the file of the package ${name} ${version} contains another package: ${found}`,
    {
      hint: "The index of the mirror or directory is wrong. Pass another one with --mirror.",
    },
  );
}

/** The content that is in both trees, but in neither image below. */
function sharedTree({ build, run }: Readonly<Record<Stage, Contents>>, { below }: AssembleContext): FileTree {
  if (below.build?.digest !== below.run?.digest) return new Map();
  const before = below.build?.tree ?? new Map();
  return new Map(
    [...build.tree].filter(([path, node]) => {
      const other = run.tree.get(path);
      return other && before.get(path) !== node && sameNode(node, other);
    }),
  );
}

interface StageContext extends AssembleContext {
  readonly shared: FileTree;
  readonly sharedLayer: Layer | undefined;
  readonly locale: UnpackablePackage | undefined;
}

async function imageOf(
  plan: BasePlan,
  stage: Stage,
  contents: Readonly<Record<Stage, Contents>>,
  context: StageContext,
): Promise<Image> {
  const { store, created, sharedLayer, shared, architecture, release, locale } = context;
  const below = context.below[stage];
  const { tree, packages } = contents[stage];
  const distribution = distributionOf(textAt(tree, "etc/os-release") ?? "", release);
  const listed = locale && !packages.includes(locale) ? [...packages, locale] : packages;
  const sbom = await createLayer(await sbomEntries(await baseSbom(tree, listed, below, distribution)), store);
  const entries = await treeEntries(tree, { below: belowAll(below, shared), signal: context.signal });
  const own = await createLayer(entries, store, { signal: context.signal });
  const common = new Set(
    namesIn(contents.build, context.below.build).filter((name) =>
      namesIn(contents.run, context.below.run).includes(name),
    ),
  );
  const versions = [...(below?.packages ?? []), ...packages.map((item) => item.package)];
  const config = imageConfig(
    plan,
    stage,
    {
      distribution,
      packages: versions,
      common,
      locale: plan.locale ?? (hasLocale(tree, "C.UTF-8") ? "C.UTF-8" : undefined),
      sbom: sbom.diffId,
      released: context.isDated ? created : undefined,
    },
    below?.image.config.config,
  );
  const start = below?.image ?? emptyImage({ os: "linux", architecture });
  const layers: AppendedLayer[] = [
    ...(sharedLayer ? [layerOf(sharedLayer, `packages of ${plan.suite} in both images`, created)] : []),
    layerOf(own, "packages of this image, accounts", created),
    layerOf(sbom, "SBOM of the packages", created),
  ];
  return withCreated(withConfig(appendLayers(start, layers), config), created);
}

const layerOf = (layer: Layer, what: string, created: string): AppendedLayer => ({
  layer,
  history: { created, created_by: `cnb base create: ${what}` },
});

const namesIn = ({ packages }: Contents, below: ImageBelow | undefined): string[] =>
  [...(below?.packages ?? []), ...packages.map((item) => item.package)].map(({ name }) => name);

const belowAll = (below: ImageBelow | undefined, shared: FileTree): FileTree =>
  new Map([...(below?.tree ?? []), ...shared]);

/** The SBOM paths in Paketo's images and the buildpacks RFC about SBOMs of base images. */
function sbomEntries(texts: Readonly<Record<string, string>>) {
  const tree: FileTree = new Map();
  for (const [extension, text] of Object.entries(texts)) put(tree, `cnb/sbom/bom.${extension}`, textFile(text));
  return treeEntries(tree);
}
