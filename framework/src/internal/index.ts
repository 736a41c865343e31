/**
 * The exports for `@libcnb/packager` and this repository's tests. These exports are not public, and
 * may change in any version.
 */
export { byBytes } from "../env/byte-order.ts";
export { pathDirectories } from "../env/compose.ts";
export { catalogue as errorCatalogue } from "../errors.ts";
export { type DockerfileFacts, dockerfileFacts } from "../extension/dockerfile-facts.ts";
export { decodeInventory } from "../inventory/decode.ts";
export { endOfLifeWarning } from "../inventory/end-of-life.ts";
export type { Release } from "../inventory/release.ts";
export { versionsOf } from "../inventory/versions/versions.ts";
export { EndlessOrder } from "../lifecycle-rules/detect-order.ts";
export { nameOf, sameMember } from "../lifecycle-rules/group.ts";
export { withoutMet } from "../lifecycle-rules/plan-resolution.ts";
export { emitSboms } from "../sbom/emit.ts";
export { type LicenseExpression, licenseExpression, licenseOf } from "../sbom/license.ts";
export { sbomText } from "../sbom/text.ts";
export { decodeDescriptor } from "../spec/descriptors/decode-descriptor.ts";
export { descriptorAssets } from "../spec/descriptors/packaged-descriptor.ts";
export { decodeProject } from "../spec/project-toml.ts";
export * as s from "../spec/schemas/namespace.ts";
