/**
 * `@libcnb/packager`: the main operations of the `cnb` command as functions. Each function has the
 * form `verb(input, host)`. `openHost()` creates the host.
 */
export { type BaseToml, parseBaseToml } from "../base/base-toml.ts";
export type { BaseImages } from "../base/create-base.ts";
export type { BaseFlags } from "../base/flag-values.ts";
export type { FileRequest } from "../base/tree/planned-files.ts";
export { type PlannedFile, readPlannedFiles } from "../base/tree/planned-files.ts";
export type { FlattenGroup } from "../builder/flatten.ts";
export type {
  BuildVariable,
  NamedImage as BuilderRunImage,
  OrderGroup as BuilderOrderGroup,
  OrderMember as BuilderOrderMember,
} from "../builder/toml/builder-toml.ts";
export { type BuilderTarget, type BuilderToml, parseBuilderToml } from "../builder/toml/builder-toml.ts";
export type { PackageFormat } from "../buildpackage/output.ts";
export type { PackageResult } from "../buildpackage/package.ts";
export type { PackageInput } from "../buildpackage/package-request.ts";
export type { WrittenPackage } from "../buildpackage/write.ts";
export type { PackageReport, ProgramParts } from "../compile/bundle/bundle-report.ts";
export { type BundleReport, reportLines } from "../compile/bundle/bundle-report.ts";
export type { BundledFile } from "../compile/bundle/packages.ts";
export type { NodeArchitecture } from "../compile/executable/node-release.ts";
export type { Runtime, RuntimeChoice } from "../compile/runtime.ts";
export { type LockFile, type LockOptions, openLockFile, type TargetLock } from "../config/lock-file.ts";
export type { ModuleKind } from "../config/module-descriptor.ts";
export type { LabelledMember, ModuleFacts as ModuleLabelFacts } from "../config/module-labels.ts";
export type { ModuleRuntime } from "../config/module-runtimes.ts";
export type { RegistrySettings } from "../config/registry-configuration.ts";
export type { SignerIdentity, Signers } from "../config/verification/signers.ts";
export type { VerifyRule } from "../config/verification/verify-rules.ts";
export { CnbError, type CnbErrorCode } from "../errors.ts";
export type { BuilderFacts } from "../inspect/builders/builder-facts.ts";
export type { ApiSupport, ModuleInfo as InspectedModule } from "../inspect/builders/builder-labels.ts";
export type { OrderGroup as InspectedOrderGroup, OrderMember } from "../inspect/builders/order-tree.ts";
export type { Change as ImageChange } from "../inspect/compare/changes.ts";
export type { CompareOptions } from "../inspect/compare/compare-images.ts";
export type { ImageComparison } from "../inspect/compare/comparison.ts";
export type { FileChange } from "../inspect/compare/file-changes.ts";
export type { LayerChange } from "../inspect/compare/layer-changes.ts";
export type { ImageFacts, LayerFacts, ModuleReference, SbomChoice } from "../inspect/image-facts.ts";
export type { BuildpackLayer, LayerPart } from "../inspect/layers/layer-parts.ts";
export type { PackagedModuleInfo, PackageFacts } from "../inspect/packages/package-facts.ts";
export type { ProcessFacts } from "../inspect/process-facts.ts";
export type { SbomComponent, SbomFacts } from "../inspect/sbom-facts.ts";
export type {
  CheckOptions as InventoryCheckOptions,
  InventoryCheck,
  InventoryFinding,
} from "../inventory/check-inventory.ts";
export type { InventoryInput, SourceFailure } from "../inventory/find-updates.ts";
export type {
  PublishedChecksum,
  PublishedRelease,
  ReleaseEntry,
  ReleaseId,
  ReleaseSource,
  TomlValue,
} from "../inventory/published-release.ts";
export type { Constraint, DeclaredSource, SourceType } from "../inventory/source-table.ts";
export type { InventoryUpdate, ReleaseChange } from "../inventory/update-inventory.ts";
export type { LifecycleSource } from "../lifecycle/source.ts";
export type { BuildReport } from "../platform/build-image.ts";
export type { BuildInput } from "../platform/build-options.ts";
export type { ExportedLayer } from "../platform/export/export-layer.ts";
export type { Volume } from "../platform/mounts/volumes.ts";
export type { RebaseCheck } from "../rebase/check-names.ts";
export type { RebaseInput, RebaseReport } from "../rebase/rebase-image.ts";
export { type Reporter, recordingReporter, silentReporter } from "../reporter.ts";
export type { AppMountOptions } from "../run/app-mounts.ts";
export type { PublishedPort } from "../run/publish.ts";
export type { RunningImage } from "../run/running-image.ts";
export type { StartSettings } from "../run/start-image.ts";
export type { StartRequest } from "../run/start-plan.ts";
export type { CommandOutput, NeighbourCommand } from "../sandbox/neighbour-command.ts";
export type { ExitStatus } from "../sandbox/processes/exit-status.ts";
export type { SandboxOutput } from "../sandbox/processes/sandbox-process.ts";
export type { PortBinding, Tmpfs } from "../sandbox/spec.ts";
export type { SbomFormat } from "../sbom/documents.ts";
export type { SbomSettings } from "../sbom/download.ts";
export type { KeylessSigning } from "../signing/keyless/open-keyless-signer.ts";
export type { SigningChoice, SigningKey } from "../signing/keys/open-signer.ts";
export type { ProvenanceCommand } from "../signing/outputs/provenance.ts";
export { type BaseInput, createBase } from "./base.ts";
export { buildImage } from "./build.ts";
export { type BuilderInput, createBuilder } from "./builder.ts";
export { type Host, type HostOptions, openHost } from "./host.ts";
export type { ImageSource } from "./image-source.ts";
export type { InspectInput } from "./inspect.ts";
export {
  type CompareInput,
  compareImages,
  type InspectBuilderInput,
  type InspectImageInput,
  type InspectPackageInput,
  inspectBuilder,
  inspectImage,
  inspectPackage,
} from "./inspect.ts";
export { checkInventory, type InventoryCheckInput, updateInventory } from "./inventory.ts";
export { packageBuildpack } from "./package.ts";
export { rebase } from "./rebase.ts";
export { type StartInput, startImage } from "./run.ts";
export { downloadSbom, type SbomInput } from "./sbom.ts";
export { openSigning, type Signing, type SigningFacts, type SigningInput } from "./signing.ts";
