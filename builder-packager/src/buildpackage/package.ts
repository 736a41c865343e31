import { join, resolve } from "node:path";
import { cacheDir } from "../cache-dirs.ts";
import { descriptorWarnings, type ModuleKind } from "../config/module-descriptor.ts";
import { openBlobStore } from "../oci/blob-store.ts";
import type { Digest } from "../oci/digest.ts";
import type { Image, Layer } from "../oci/image.ts";
import { writeImage } from "../oci/image-io.ts";
import { appendLayers, emptyImage, withLabels } from "../oci/mutate.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Platform } from "../oci/spec.ts";
import type { Reporter } from "../reporter.ts";
import { writeCnbFile } from "./cnb-file.ts";
import { type Collection, collect } from "./collect.ts";
import { type PlacedModule, packageLabels } from "./labels.ts";
import { type LayerOptions, makeLayers } from "./layers.ts";
import { isSource } from "./module.ts";
import {
  defaultOutput,
  formatOutput,
  outputFor,
  type PackageFormat,
  type PackageOutput,
  parseOutput,
  resolveOutput,
} from "./output.ts";
import { describeModules, megabytes } from "./report.ts";
import { chooseTargets, targetsToChoose } from "./target.ts";

export interface PackageRequest {
  /** Default: a buildpack. */
  readonly kind?: ModuleKind;
  /** Folder with buildpack.toml or extension.toml. */
  readonly dir: string;
  /** As in `--output`; none is a `.cnb` file below `dir`. */
  readonly outputs: readonly string[];
  readonly format: PackageFormat | undefined;
  /** As in `--target`. */
  readonly targets: readonly string[];
  /** A package.toml elsewhere than in `dir`. */
  readonly config: string | undefined;
  readonly flatten: boolean;
  readonly registry: RegistryOptions;
}

export interface PackageContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** A buildpackage that was written. */
export interface WrittenPackage {
  /** As it can be named in a builder.toml. */
  readonly location: string;
  readonly platform: Platform;
  readonly digest: Digest;
}

/**
 * Packages an extension or a buildpack, with its members if it is composite, for one or more platforms. The same sources give the same
 * digest.
 *
 * @throws CnbError BUILDPACK_…, COMPILE_FAILED, TARGET_UNSUPPORTED, OUTPUT_UNWRITABLE, OUTPUT_NOT_A_LAYOUT
 * @example `await packageBuildpack({ dir: "buildpacks/nodejs", outputs: ["nodejs.cnb"], … }, { env, cwd, reporter })`
 */
export async function packageBuildpack(request: PackageRequest, context: PackageContext): Promise<WrittenPackage[]> {
  const dir = resolve(context.cwd, request.dir);
  const given = request.outputs.map((text) => parseOutput(text, request.format));
  const { config: name } = request;
  const config = name === undefined ? {} : { config: { given: name, file: resolve(context.cwd, name) } };
  const store = await openBlobStore(cacheDir(context.env, "blobs"));
  const collection = await collect(dir, {
    registry: request.registry,
    store,
    kind: request.kind ?? "buildpack",
    ...config,
  });
  warnOf(collection, context.reporter);
  const platforms = chooseTargets(request.targets, collection);
  const outputs = given.length > 0 ? given : [defaultOutput(dir, collection.main.id, request.format)];
  const written: WrittenPackage[] = [];
  for (const platform of platforms) {
    const image = await packageImage(collection, { ...context, platform, store, flatten: request.flatten });
    const several = platforms.length > 1;
    const places = outputs.map((output) => resolveOutput(several ? outputFor(output, platform) : output, context.cwd));
    for (const place of places) written.push(await write(image, place, { platform, ...request }));
  }
  if (request.targets.length === 0 && collection.targets.length === 0)
    tellTargets(platforms, collection, context.reporter);
  return written;
}

function tellTargets(platforms: readonly Platform[], collection: Collection, reporter: Reporter): void {
  const names = targetsToChoose(platforms, collection);
  if (names.length === 0) return;
  const flags = names.map((name) => `--target ${name}`).join(" ");
  reporter.info(`For this machine only; a package for each target of buildpack.toml: ${flags}`);
}

function warnOf({ modules }: Collection, reporter: Reporter): void {
  for (const { kind, dir, descriptor } of modules.filter(isSource)) {
    for (const warning of descriptorWarnings(descriptor, join(dir, `${kind}.toml`))) reporter.warn(warning);
  }
}

/** The image of a buildpackage: one layer per buildpack or one for all, and the labels that say what is where. */
async function packageImage({ main, modules }: Collection, options: LayerOptions): Promise<Image> {
  const { reporter, platform } = options;
  reporter.step(`Packaging ${main.id}@${main.version} for ${platform.os}/${platform.architecture}`);
  const { placed, executables } = await makeLayers(modules, options);
  for (const line of describeModules(placed)) reporter.info(line);
  for (const { size } of executables) reporter.info(`executable ${megabytes(size)}`);
  const labels = packageLabels(main, placed, platform);
  return withLabels(
    appendLayers(
      emptyImage(platform),
      distinctLayers(placed).map((layer) => ({ layer })),
    ),
    labels,
  );
}

const distinctLayers = (placed: readonly PlacedModule[]): Layer[] => [
  ...new Map(placed.map(({ layer }) => [layer.diffId, layer])).values(),
];

async function write(
  image: Image,
  output: PackageOutput,
  { platform, registry }: { readonly platform: Platform; readonly registry: RegistryOptions },
): Promise<WrittenPackage> {
  const { manifestDigest } =
    output.kind === "cnb"
      ? await writeCnbFile(image, output.file)
      : await writeImage(image, output.reference, { registry });
  return { location: formatOutput(output), platform, digest: manifestDigest };
}
