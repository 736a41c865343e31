import { resolve } from "node:path";
import { buildpackVersionPattern } from "libcnb/spec";
import { cacheDir } from "../cache-dirs.ts";
import type { BundleReport } from "../compile/bundle/bundle-report.ts";
import { CnbError } from "../errors.ts";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import type { ImageIndex } from "../oci/model/image-index.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { Reporter } from "../reporter.ts";
import { defaultOutput, parseOutput, resolveOutput } from "./output.ts";
import { type PackageImage, packageImage } from "./package-image.ts";
import type { PackageContext, PackageRequest } from "./package-request.ts";
import { openSource } from "./sources/collect.ts";
import { readDescriptor } from "./sources/source.ts";
import { chooseTargets, targetsToChoose } from "./target.ts";
import { type WrittenPackage, writePackage } from "./write.ts";

/** The result of packaging: the written outputs and the size reports. */
export interface PackageResult {
  readonly written: readonly WrittenPackage[];
  /** The size reports, one per program. */
  readonly reports: readonly BundleReport[];
}

/** A package that is complete, but not yet written. */
export interface PlannedPackage {
  readonly index: ImageIndex;
  readonly id: string;
  readonly version: string;
}

/**
 * Packages an extension or a buildpack for one or more platforms. A composite buildpack is packaged
 * with its members. Each output contains all platforms. The same sources give the same digest. If
 * `beforeWriting` throws, nothing is written.
 *
 * @throws CnbError BUILDPACK_…, COMPILE_FAILED, TARGET_UNSUPPORTED, OUTPUT_UNWRITABLE,
 * OUTPUT_NOT_A_LAYOUT
 * @example
 * `await packageBuildpack({ dir: "buildpacks/nodejs", outputs: ["nodejs.cnb"] }, { env: process.env, cwd: ".", reporter })`
 */
export async function packageBuildpack(
  request: PackageRequest,
  context: PackageContext,
  beforeWriting: (planned: PlannedPackage) => Promise<void> = async () => {},
): Promise<PackageResult> {
  if (request.version !== undefined) checkVersion(request.version);
  const dir = resolve(context.cwd, request.dir);
  const given = (request.outputs ?? []).map((text) => parseOutput(text, request.format));
  const { kind = "buildpack", config: name, registry = {} } = request;
  const config = name === undefined ? {} : { config: { given: name, file: resolve(context.cwd, name) } };
  const source = { ...(await openSource(dir, { ...context, registry, kind, ...config })), version: request.version };
  const { descriptor } = await readDescriptor(source.dir, kind);
  const named = source.packageToml.targets;
  const choice = await chooseTargets(request.targets ?? [], named, { dir: source.dir, descriptor });
  const store = await openBlobStore(cacheDir(context.env, "blobs"), { compression: request.compression });
  const options = { ...context, registry, store };
  const images: PackageImage[] = [];
  for (const platform of choice.targets) images.push(await packageImage(source, request, { ...options, platform }));
  const outputs = given.length > 0 ? given : [defaultOutput(dir, descriptor.buildpack.id, request.format)];
  const locations = outputs.map((output) => resolveOutput(output, context.cwd));
  const index = { images: images.map(({ image }) => image) };
  const { id, version } = descriptor.buildpack;
  await beforeWriting({ index, id, version: request.version ?? version });
  const written = await writePackage(index, locations, { ...request, registry });
  if (choice.isGuess) reportTargets(choice.targets, images, context.reporter);
  const reports = distinct(images.flatMap((image) => image.reports));
  for (const warning of new Set(reports.flatMap(({ warnings }) => warnings))) context.reporter.warn(warning);
  return { written, reports };
}

/**
 * Checks that a text is a valid version of a buildpack.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function checkVersion(version: string): void {
  if (buildpackVersionPattern.test(version)) return;
  throw new CnbError("ARGUMENT_INVALID", `${JSON.stringify(version)} is not the version of a buildpack`, {
    hint: "Use three numbers without leading zeros, such as 1.3.0.",
  });
}

/** Removes duplicate programs: a script is the same for all platforms. */
const distinct = (reports: readonly BundleReport[]): BundleReport[] => [
  ...new Map(reports.map((report) => [JSON.stringify(report), report])).values(),
];

function reportTargets(platforms: readonly Platform[], [first]: readonly PackageImage[], reporter: Reporter): void {
  const names = targetsToChoose(platforms, first?.modules ?? []);
  if (names.length === 0) return;
  const flags = names.map((name) => `--target ${name}`).join(" ");
  reporter.info(
    `Packaging for this machine only. For all targets of buildpack.toml: ${flags}, or [[targets]] in package.toml`,
  );
}
