export { type BuildpackApi, checkBuildpackApi, supportedBuildpackApis } from "./api-version.ts";
export {
  type BuildPlan,
  type BuildPlanAlternative,
  buildPlanToml,
  decodeBuildPlan,
  type Requirement,
} from "./build-plan.ts";
export { type BuildToml, buildToml, decodeBuildToml } from "./build-toml.ts";
export { type BuildpackPlanEntry, buildpackPlanToml, decodeBuildpackPlan } from "./buildpack-plan.ts";
export {
  type BuildpackInfo,
  type BuildpackToml,
  decodeApi,
  decodeBuildpackToml,
  type OrderMember,
} from "./buildpack-toml.ts";
export { type Configuration, type ConfigurationType, decodeConfigurations } from "./configurations.ts";
export { type DescriptorError, decodeToml, invalidDescriptor } from "./descriptor.ts";
export { decodeExecDOutput, execDOutput } from "./exec-d-output.ts";
export { execEnvList, isExecEnv } from "./exec-env.ts";
export {
  type DockerfileArguments,
  decodeExtendConfigToml,
  type ExtendConfigToml,
  extendConfigToml,
  lifecycleArguments,
} from "./extend-config-toml.ts";
export { decodeExtensionToml, type ExtensionToml } from "./extension-toml.ts";
export { decodeLaunchToml, type LaunchProcess, type LaunchToml, launchToml } from "./launch-toml.ts";
export {
  decodeLayerToml,
  type LayerToml,
  type LayerTypes,
  layerToml,
  restoredMetadata,
  unkeptFields,
} from "./layer-toml.ts";
export type { ModuleInfo } from "./module-info.ts";
export {
  buildpackIdPattern,
  buildpackVersionPattern,
  checkLayerName,
  checkProcessType,
  escapeBuildpackId,
  isProcessType,
  reservedBuildpackIds,
} from "./names.ts";
export {
  decodeProject,
  decodeProjectToml,
  type ProjectBuildpack,
  type ProjectToml,
  type ProjectVariable,
} from "./project-toml.ts";
export {
  type DeclaredSbomFormat,
  declaredSbomFormats,
  declaresSbomFormat,
  type SbomExtension,
  sbomMediaTypes,
} from "./sbom-format.ts";
export {
  anyTable,
  boolean,
  integer,
  list,
  number,
  oneOf,
  optional,
  string,
  type Table,
  type TableOf,
  table,
  text,
} from "./schemas/schema.ts";
export {
  type Decoded,
  type Decoding,
  decode,
  type Issue,
  issueLines,
  type Schema,
  type SchemaIssue,
  type SchemaResult,
} from "./schemas/standard-schema.ts";
export { parseToml, stringifyToml } from "./schemas/toml.ts";
export { decodeStoreToml, storeToml } from "./store-toml.ts";
export { type DeclaredTarget, type Distro, matchesTarget, type Target, targetSchema } from "./target.ts";
