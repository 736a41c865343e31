/** `@libcnb/packager`: what the `cnb` command does, for programs. */
export { type BaseFlags, type BasePlan, type LoadedFiles, planBase } from "./base/base-plan.ts";
export { type BaseToml, parseBaseToml } from "./base/base-toml.ts";
export { type BaseImages, type CreateBaseOptions, createBase } from "./base/create-base.ts";
export { type PlannedFile, readPlannedFiles } from "./base/tree/planned-files.ts";
export { type CreateBuilderOptions, createBuilder } from "./builder/create-builder.ts";
export { type CreateBuildersOptions, createBuilders } from "./builder/create-builders.ts";
export { type BuilderTarget, type BuilderToml, parseBuilderToml } from "./builder/toml/builder-toml.ts";
export {
  type PackageContext,
  type PackageRequest,
  type PackageResult,
  packageBuildpack,
} from "./buildpackage/package.ts";
export type { WrittenPackage } from "./buildpackage/write.ts";
export { type BundleReport, reportLines } from "./compile/bundle/bundle-report.ts";
export type { Runtime } from "./compile/runtime.ts";
export { type LockFile, type LockOptions, openLockFile, type TargetLock } from "./config/lock-file.ts";
export { CnbError, type CnbErrorCode } from "./errors.ts";
export { type BuilderFacts, builderFacts } from "./inspect/builders/builder-facts.ts";
export { type CompareOptions, compareImages, type NamedImage } from "./inspect/compare/compare-images.ts";
export type { ImageComparison } from "./inspect/compare/comparison.ts";
export { type ImageFacts, imageFacts } from "./inspect/image-facts.ts";
export { type PackageFacts, packageFacts } from "./inspect/packages/package-facts.ts";
export type { BuildReport } from "./platform/build-image.ts";
export type { BuildImageOptions } from "./platform/build-options.ts";
export { buildImage } from "./project/build-image.ts";
export type { RebaseObjection } from "./rebase/objection-names.ts";
export { type RebaseOptions, type RebaseReport, rebaseApp } from "./rebase/rebase-image.ts";
export { type Reporter, recordingReporter, silentReporter } from "./reporter.ts";
export type { RunningImage } from "./run/running-image.ts";
export { type StartOptions, startImage } from "./run/start-image.ts";
export { downloadSbom, type SbomOptions } from "./sbom/download.ts";
