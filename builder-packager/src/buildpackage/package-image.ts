import { join } from "node:path";
import type { BundleReport } from "../compile/bundle/bundle-report.ts";
import { descriptorWarnings } from "../config/module-descriptor.ts";
import { defined } from "../defined.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import type { Image, Layer } from "../oci/model/image.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import { appendLayers, emptyImage, withLabels } from "../oci/model/mutate.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { humanSize } from "../text/human-size.ts";
import { type LayeredModule, packageLabels } from "./labels.ts";
import type { LayerPlan } from "./layer-groups.ts";
import { makeLayers } from "./layers.ts";
import { isSource } from "./module.ts";
import { recordDirectories } from "./package-modules.ts";
import type { PackageContext, PackageRequest } from "./package-request.ts";
import { describeModules } from "./report.ts";
import { type Collection, collect, type PackageSource } from "./sources/collect.ts";
import { offlineFiles } from "./sources/offline.ts";
import type { TargetFolders } from "./sources/platform-folder.ts";
import { refuseUnsupported } from "./target.ts";

/** The image of a buildpackage for one platform. */
export interface PackageImage {
  readonly image: Image;
  readonly modules: Collection["modules"];
  readonly reports: readonly BundleReport[];
}

interface ImageOptions extends PackageContext {
  readonly platform: TargetFolders;
  readonly store: BlobStore;
  readonly registry: RegistryOptions;
}

/** Creates the image of a buildpackage: its layers, and the labels that describe them. */
export async function packageImage(
  source: PackageSource,
  request: PackageRequest,
  options: ImageOptions,
): Promise<PackageImage> {
  const { platform, reporter } = options;
  const { main, modules } = await collect(source, options);
  refuseUnsupported(platform, modules);
  reporter.step(`Packaging ${main.id}@${main.version} for ${formatPlatform(platform)}`);
  warnOf(modules, options);
  const carried = request.offline ? await offlineFiles(modules.filter(isSource), platform, options) : new Map();
  const { runtime = "auto", codeCache = true } = request;
  const plan = { ...layerPlan(request), runtime, codeCache, carried };
  const { layered, executables } = await makeLayers(modules, { ...options, ...plan });
  recordDirectories(
    layered.filter(({ module }) => module !== main),
    options.registry,
  );
  for (const line of describeModules(layered)) reporter.info(line);
  for (const { size } of executables) reporter.info(`executable ${humanSize(size)}`);
  const image = withLabels(
    withLabels(imageOf(layered, platform), request.labels ?? {}),
    packageLabels(main, layered, platform),
  );
  return { image, modules, reports: executables.map(({ report }) => report) };
}

function layerPlan({ flatten, flattenExclude = [] }: PackageRequest): LayerPlan {
  const apart = new Set(flattenExclude);
  if (flatten === undefined) return { flatten: "auto", apart };
  return { flatten: flatten ? "all" : "none", apart };
}

function warnOf(modules: Collection["modules"], { reporter }: PackageContext): void {
  for (const { kind, dir, descriptor } of modules.filter(isSource)) {
    for (const warning of descriptorWarnings(descriptor, join(dir, `${kind}.toml`))) reporter.warn(warning);
  }
}

function imageOf(layered: readonly LayeredModule[], platform: TargetFolders): Image {
  const { config, ...empty } = emptyImage(platform);
  const version = platform["os.version"];
  const image = { ...empty, config: { ...config, ...defined({ "os.version": version }) } };
  return appendLayers(
    image,
    distinctLayers(layered).map((layer) => ({ layer })),
  );
}

const distinctLayers = (layered: readonly LayeredModule[]): Layer[] => [
  ...new Map(layered.map(({ layer }) => [layer.diffId, layer])).values(),
];
