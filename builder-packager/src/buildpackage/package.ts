import { resolve } from "node:path";
import { cacheDir } from "../cache-dirs.ts";
import type { BundleReport } from "../compile/bundle/bundle-report.ts";
import type { Runtime } from "../compile/runtime.ts";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { type LayerCompression, openBlobStore } from "../oci/layers/blob-store.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Reporter } from "../reporter.ts";
import { defaultOutput, type PackageFormat, parseOutput, resolveOutput } from "./output.ts";
import { type PackageImage, packageImage } from "./package-image.ts";
import { openSource } from "./sources/collect.ts";
import { readDescriptor } from "./sources/source.ts";
import { chooseTargets, targetsToChoose } from "./target.ts";
import { type WrittenPackage, writePackage } from "./write.ts";

/** The options of a packaging run. */
export interface PackageRequest {
  /** @default "buildpack" */
  readonly kind?: ModuleKind;
  /** The directory with buildpack.toml or extension.toml. */
  readonly dir: string;
  /** Values as for `--output`: FILE.cnb, oci:DIR, …; empty for a `.cnb` file below `dir`. */
  readonly outputs?: readonly string[] | undefined;
  /** The format of `outputs`. @default derived from each of them */
  readonly format?: PackageFormat | undefined;
  /** Further names of the image in its registry. */
  readonly tags?: readonly string[] | undefined;
  /** True to also give each platform's image its own name with the platform as suffix. */
  readonly suffix?: boolean | undefined;
  /** Values as for `--target`: linux/amd64. @default those of package.toml or buildpack.toml */
  readonly targets?: readonly string[] | undefined;
  /** A package.toml outside of `dir`. */
  readonly config?: string | undefined;
  /**
   * True for one layer for all, false for one each. @default one for TypeScript members of a
   * composite buildpack, which share a program
   */
  readonly flatten?: boolean | undefined;
  /** `id@version` of buildpacks that keep their own layer. */
  readonly flattenExclude?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** True to include the downloads of its buildpacks. */
  readonly offline?: boolean | undefined;
  /** The compression of new layers. @default "gzip" */
  readonly compression?: LayerCompression | undefined;
  /** The runtime of TypeScript. @default "node-sea" */
  readonly runtime?: Runtime | undefined;
  /**
   * True to include V8's code cache. Without it, a program is identical on all machines, but starts
   * later. @default true
   */
  readonly codeCache?: boolean | undefined;
  readonly registry?: RegistryOptions | undefined;
}

/** The environment of a packaging run. */
export interface PackageContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** A packaged buildpack. */
export interface PackageResult {
  readonly written: readonly WrittenPackage[];
  /** The size reports of the programs, one for each. */
  readonly reports: readonly BundleReport[];
}

/**
 * Packages an extension or a buildpack, with its members if it is composite, for one or more
 * platforms: each output contains all of them. The same sources give the same digest.
 *
 * @throws CnbError BUILDPACK_…, COMPILE_FAILED, TARGET_UNSUPPORTED, OUTPUT_UNWRITABLE, OUTPUT_NOT_A_LAYOUT
 * @example `await packageBuildpack({ dir: "buildpacks/nodejs", outputs: ["nodejs.cnb"] }, { env: process.env, cwd: ".", reporter })`
 */
export async function packageBuildpack(request: PackageRequest, context: PackageContext): Promise<PackageResult> {
  const dir = resolve(context.cwd, request.dir);
  const given = (request.outputs ?? []).map((text) => parseOutput(text, request.format));
  const { kind = "buildpack", config: name, registry = {} } = request;
  const config = name === undefined ? {} : { config: { given: name, file: resolve(context.cwd, name) } };
  const source = await openSource(dir, { ...context, kind, ...config });
  const { descriptor } = await readDescriptor(source.dir, kind);
  const named = source.packageToml.targets;
  const choice = await chooseTargets(request.targets ?? [], named, { dir: source.dir, descriptor });
  const store = await openBlobStore(cacheDir(context.env, "blobs"), { compression: request.compression });
  const options = { ...context, registry, store };
  const images: PackageImage[] = [];
  for (const platform of choice.targets) images.push(await packageImage(source, request, { ...options, platform }));
  const outputs = given.length > 0 ? given : [defaultOutput(dir, descriptor.buildpack.id, request.format)];
  const places = outputs.map((output) => resolveOutput(output, context.cwd));
  const written = await writePackage({ images: images.map(({ image }) => image) }, places, { ...request, registry });
  if (choice.isGuess) tellTargets(choice.targets, images, context.reporter);
  const reports = distinct(images.flatMap((image) => image.reports));
  for (const warning of new Set(reports.flatMap(({ warnings }) => warnings))) context.reporter.warn(warning);
  return { written, reports };
}

/** Removes duplicate programs: a script is the same for all platforms. */
const distinct = (reports: readonly BundleReport[]): BundleReport[] => [
  ...new Map(reports.map((report) => [JSON.stringify(report), report])).values(),
];

function tellTargets(platforms: readonly Platform[], [first]: readonly PackageImage[], reporter: Reporter): void {
  const names = targetsToChoose(platforms, first?.modules ?? []);
  if (names.length === 0) return;
  const flags = names.map((name) => `--target ${name}`).join(" ");
  reporter.info(`For this machine only; for all that buildpack.toml names: ${flags}, or [[targets]] in package.toml`);
}
