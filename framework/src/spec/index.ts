export { type BuildpackApi, checkBuildpackApi, supportedBuildpackApis } from "./api-version.ts";
export {
  type BuildPlan,
  type BuildPlanAlternative,
  formatBuildPlan,
  parseBuildPlan,
  type Requirement,
} from "./build-plan.ts";
export { type BuildToml, formatBuildToml, parseBuildToml } from "./build-toml.ts";
export { type BuildpackPlanEntry, formatBuildpackPlan, parseBuildpackPlan } from "./buildpack-plan.ts";
export {
  type BuildpackInfo,
  type BuildpackToml,
  type OrderMember,
  parseBuildpackApi,
  parseBuildpackToml,
} from "./buildpack-toml.ts";
export { type Configuration, type ConfigurationType, parseConfigurations } from "./configurations.ts";
export { type DescriptorError, decodeToml, invalidDescriptor } from "./descriptor.ts";
export { formatExecDOutput } from "./exec-d-format.ts";
export { parseExecDOutput } from "./exec-d-output.ts";
export { execEnvList, isExecEnv } from "./exec-env.ts";
export {
  type DockerfileArguments,
  type ExtendConfigToml,
  formatExtendConfigToml,
  lifecycleArguments,
  parseExtendConfigToml,
} from "./extend-config-toml.ts";
export { type ExtensionToml, parseExtensionToml } from "./extension-toml.ts";
export { formatLaunchToml, type LaunchProcess, type LaunchToml, parseLaunchToml } from "./launch-toml.ts";
export {
  formatLayerToml,
  type LayerToml,
  type LayerTypes,
  parseLayerToml,
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
  type ProjectBuildpack,
  type ProjectToml,
  type ProjectVariable,
  parseProjectToml,
} from "./project-toml.ts";
export {
  type DeclaredSbomFormat,
  declaredSbomFormats,
  declaresSbomFormat,
  type SbomExtension,
  sbomMediaTypes,
} from "./sbom-format.ts";
export { formatToml, parseToml } from "./schemas/toml.ts";
export { formatStoreToml, parseStoreToml } from "./store-toml.ts";
export { type DeclaredTarget, type Distro, matchesTarget, type Target, targetSchema } from "./target.ts";
