import { resolve } from "node:path";
import { cacheDir } from "../cache-dirs.ts";
import type { BundleReport } from "../compile/bundle-report.ts";
import type { Runtime } from "../compile/runtime.ts";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { type LayerCompression, openBlobStore } from "../oci/blob-store.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Platform } from "../oci/spec.ts";
import type { Reporter } from "../reporter.ts";
import { openSource } from "./collect.ts";
import { defaultOutput, type PackageFormat, parseOutput, resolveOutput } from "./output.ts";
import { type PackageImage, packageImage } from "./package-image.ts";
import { readDescriptor } from "./source.ts";
import { chooseTargets, targetsToChoose } from "./target.ts";
import { type WrittenPackage, writePackage } from "./write.ts";

/** What is packaged, and how. */
export interface PackageRequest {
  /** @default "buildpack" */
  readonly kind?: ModuleKind;
  /** Folder with buildpack.toml or extension.toml. */
  readonly dir: string;
  /** As in `--output`: FILE.cnb, oci:DIR, …; none is a `.cnb` file below `dir`. */
  readonly outputs?: readonly string[] | undefined;
  /** What `outputs` name. @default told by each of them */
  readonly format?: PackageFormat | undefined;
  /** More names of the image in its registry. */
  readonly tags?: readonly string[] | undefined;
  /** True if images of several platforms have names of their own as well, which end with the platform. */
  readonly suffix?: boolean | undefined;
  /** As in `--target`: linux/amd64. @default those of package.toml or buildpack.toml */
  readonly targets?: readonly string[] | undefined;
  /** A package.toml elsewhere than in `dir`. */
  readonly config?: string | undefined;
  /** One layer for all, or one each. @default one for TypeScript members of a composite buildpack, which share a program */
  readonly flatten?: boolean | undefined;
  /** `id@version` of buildpacks that keep a layer of their own. */
  readonly flattenExclude?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** True if the package carries what its buildpacks would download. */
  readonly offline?: boolean | undefined;
  /** Of new layers. @default "gzip" */
  readonly compression?: LayerCompression | undefined;
  /** What runs TypeScript. @default "node-sea" */
  readonly runtime?: Runtime | undefined;
  /** Without V8's code cache a program has the same digest wherever it is made, and starts later. @default true */
  readonly codeCache?: boolean | undefined;
  readonly registry?: RegistryOptions | undefined;
}

/** Where it happens. */
export interface PackageContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** A buildpackage that was made. */
export interface PackageResult {
  readonly written: readonly WrittenPackage[];
  /** What takes how much in the programs, one for each of them. */
  readonly reports: readonly BundleReport[];
}

/**
 * Packages an extension or a buildpack, with its members if it is composite, for one or more platforms: each output holds all of them.
 * The same sources give the same digest.
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

/** A script is the same for all platforms. */
const distinct = (reports: readonly BundleReport[]): BundleReport[] => [
  ...new Map(reports.map((report) => [JSON.stringify(report), report])).values(),
];

function tellTargets(platforms: readonly Platform[], [first]: readonly PackageImage[], reporter: Reporter): void {
  const names = targetsToChoose(platforms, first?.modules ?? []);
  if (names.length === 0) return;
  const flags = names.map((name) => `--target ${name}`).join(" ");
  reporter.info(`For this machine only; for all that buildpack.toml names: ${flags}, or [[targets]] in package.toml`);
}
