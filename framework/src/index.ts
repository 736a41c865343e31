export type { App } from "./app.ts";
export type { Binding, BindingQuery, Bindings } from "./binding/binding.ts";
export type { BuildContext, BuildResult, Process } from "./build.ts";
export { type Buildpack, defineBuildpack } from "./buildpack.ts";
export type { Config, ConfigFields, TextFields } from "./config/fields.ts";
export type { BuildpackIdentity, PhaseContext, Platform } from "./context.ts";
export {
  type AnyDependency,
  type Dependency,
  dependency,
  type Plan,
  type Priorities,
  type ResolvedPlan,
} from "./dependency.ts";
export { type DetectContext, type DetectPlan, type DetectResult, fail, pass } from "./detect.ts";
export type { Env } from "./env/apply.ts";
export {
  append,
  defaultTo,
  type EnvModification,
  type EnvModifications,
  type LayerEnv,
  mergeEnv,
  override,
  prepend,
} from "./env/modification.ts";
export {
  type ErrorCode,
  type ErrorDetails,
  type Fault,
  InternalError,
  LibcnbError,
  UserError,
  type UserErrorDetails,
} from "./errors.ts";
export { defineExecD, type ExecDContext, type ExecDDefinition, type ExecDVariables } from "./exec-d/definition.ts";
export type { ContainerLimits } from "./exec-d/limits.ts";
export { checkDockerfile, type DockerfileIssue, type DockerfileKind } from "./extension/check-dockerfile.ts";
export { type Dockerfile, dockerfile } from "./extension/dockerfile.ts";
export type { DockerfileValue, DockerfileVariable } from "./extension/dockerfile-value.ts";
export {
  type ContextFiles,
  type DockerfileContexts,
  defineExtension,
  type Extension,
  type ExtensionContext,
  type GenerateContext,
  type GenerateResult,
} from "./extension/extension.ts";
export type { CopyOptions, DockerfileCommand } from "./extension/instruction-text.ts";
export { extractArchive } from "./host/archives/archive.ts";
export type { ExtractOptions } from "./host/archives/extract-options.ts";
export type { DownloadFile } from "./host/downloads/download.ts";
export type { Download, DownloadOptions } from "./host/downloads/download-options.ts";
export type { RunTool } from "./host/tools/command.ts";
export type { RunOptions, RunResult, ToolHost } from "./host/tools/tool.ts";
export type { InstallOptions, Inventory, ResolveOptions } from "./inventory/inventory.ts";
export { type InventoryFile, type Release, type ReleaseMetadata, releaseMetadata } from "./inventory/release.ts";
export { type VersionScheme, versionRange } from "./inventory/versions/versions.ts";
export {
  cachedLayer,
  type KeptLayerOptions,
  type LayerDefinition,
  type LayerOrder,
  launchLayer,
  type Reuse,
  temporaryLayer,
} from "./layer/definition.ts";
export { type ExecD, type ExecDPrograms, type LayerExecD, scriptFor } from "./layer/exec-d.ts";
export { type Migration, migrateFrom } from "./layer/migration.ts";
export { type CreateReason, explainReason, type FieldChange } from "./layer/reason.ts";
export type {
  CreateInput,
  LayerRecipe,
  Layers,
  MaybePromise,
  PreviousLayer,
  PreviousMetadata,
  ProvidedLayer,
  SkippedLayer,
} from "./layer/recipe.ts";

export type { Logger } from "./logger/logger.ts";
export type { TableOptions } from "./logger/table.ts";
export { metadataOf } from "./metadata.ts";
export type { ErrorAnswer, ErrorContext, OnError } from "./on-error.ts";
export { readProject } from "./project/read-project.ts";
export { type ErrorOrigin, renderError } from "./render-error.ts";
export { sbomComponent } from "./sbom/component.ts";
export type { ChecksumAlgorithm, Component, ComponentScope, ComponentType } from "./sbom/component-model.ts";
export type { SbomFormat } from "./sbom/format.ts";
export {
  type ComponentsSbom,
  cycloneDx,
  type RawSbom,
  rawSbom,
  type Sbom,
  type SbomOptions,
  sboms,
  spdx,
  syft,
} from "./sbom/sbom.ts";

export type { Requirement } from "./spec/build-plan.ts";
export type { ProjectBuildpack, ProjectToml, ProjectVariable } from "./spec/project-toml.ts";
export * as s from "./spec/schemas/namespace.ts";
export type { Target } from "./spec/target.ts";
export { trustedCertificates } from "./trusted-certificates.ts";
