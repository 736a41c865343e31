import type { BlobStore } from "../oci/blob-store.ts";
import type { Image, Layer } from "../oci/image.ts";
import { createLayer } from "../oci/layer.ts";
import { appendLayers, emptyImage, withConfig, withCreated } from "../oci/mutate.ts";
import type { ContainerConfig } from "../oci/spec.ts";
import type { BasePlan } from "./base-plan.ts";
import { readDeb } from "./deb.ts";
import { type FileTree, fileAt, treeEntries } from "./file-tree.ts";
import { buildConfig, distributionOf, runConfig } from "./image-config.ts";
import { type PackageCacheContext, readPackage } from "./package-cache.ts";
import type { BinaryPackage } from "./package-index.ts";
import { addSystemFiles, mergedUsr } from "./system-files.ts";
import { type UnpackablePackage, unpackPackages } from "./unpack.ts";

/** A build image and the run image that goes with it. */
export interface BaseImages {
  readonly build: Image;
  readonly run: Image;
}

/** Packages by where they go: into the layer that both images share, or into one image's own. */
export interface SelectedPackages {
  readonly common: readonly BinaryPackage[];
  readonly build: readonly BinaryPackage[];
  readonly run: readonly BinaryPackage[];
}

export interface AssembleContext extends PackageCacheContext {
  readonly store: BlobStore;
  /** ISO 8601. */
  readonly created: string;
  /** What the archive says about itself. */
  readonly release: { readonly origin: string | undefined; readonly version: string | undefined };
}

/** Makes both images from packages that are in the cache. */
export async function assembleImages(
  plan: BasePlan,
  packages: SelectedPackages,
  context: AssembleContext,
): Promise<BaseImages> {
  const { store, release, created } = context;
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
  const osRelease = Buffer.from(fileAt(common, "etc/os-release") ?? "").toString("utf8");
  const distribution = distributionOf(osRelease, release);
  const contents = (stage: "build" | "run") => ({ distribution, common: packages.common, own: packages[stage] });
  const image = async (stage: "build" | "run", config: ContainerConfig) =>
    baseImage(plan, config, [shared, await own(stage)], created);
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
  [shared, own]: readonly [shared: Layer, own: Layer],
  created: string,
): Image {
  const empty = emptyImage({ os: "linux", architecture: plan.architecture });
  const layers = appendLayers(empty, [
    { layer: shared, history: { created, created_by: `cnb base create: packages of ${plan.suite} in both images` } },
    { layer: own, history: { created, created_by: "cnb base create: packages of this image, accounts" } },
  ]);
  return withCreated(withConfig(layers, config), created);
}
