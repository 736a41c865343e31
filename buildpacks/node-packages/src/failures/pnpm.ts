import { catalogue, type ManagerFailures } from "./catalogue.ts";
import { firstPatterns, lastPatterns } from "./common.ts";
import { installNames } from "./names.ts";

const pnpmCode = (codes: string): RegExp => new RegExp(`\\bERR_PNPM_(?:${codes})(?![A-Z0-9_])`);

/**
 * The failure table of pnpm: patterns of its output and values for placeholders. See
 * https://pnpm.io/errors
 */
export const pnpmFailures: ManagerFailures = {
  failures: catalogue,
  patterns: [
    ...firstPatterns,
    {
      code: "PACKAGES_LOCKFILE_OUT_OF_SYNC",
      pattern: pnpmCode(
        "(?:FROZEN_LOCKFILE_WITH_)?OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH|LOCKFILE_MISSING_DEPENDENCY",
      ),
    },
    { code: "PACKAGES_LOCKFILE_UNSUITABLE", pattern: pnpmCode("LOCKFILE_BREAKING_CHANGE|NO_LOCKFILE") },
    { code: "PACKAGES_LOCKFILE_INVALID", pattern: pnpmCode("BROKEN_LOCKFILE|INVALID_LOCKFILE\\w*") },
    {
      code: "PACKAGES_INTEGRITY_MISMATCH",
      pattern: pnpmCode("TARBALL_INTEGRITY|MISSING_TARBALL_INTEGRITY|BAD_TARBALL_(?:SIZE|CHECKSUM)|EINTEGRITY"),
    },
    {
      code: "PACKAGES_POLICY_VIOLATED",
      pattern: pnpmCode("NO_MATURE_MATCHING_VERSION|MINIMUM_RELEASE_AGE_\\w+|TRUST_\\w+|RESOLUTION_POLICY_\\w+"),
    },
    { code: "PACKAGES_REGISTRY_DENIED", pattern: pnpmCode("FETCH_40[13]|UNAUTHORIZED|FORBIDDEN") },
    { code: "PACKAGES_REGISTRY_FAILED", pattern: pnpmCode("FETCH_(?:429|5\\d\\d)") },
    { code: "PACKAGES_UNKNOWN", pattern: pnpmCode("FETCH_404|NO_MATCHING_VERSION|NO_VERSIONS|PACKAGE_NOT_FOUND") },
    {
      code: "PACKAGES_WORKSPACE_UNKNOWN",
      pattern: pnpmCode("NO_MATCHING_VERSION_INSIDE_WORKSPACE|WORKSPACE_PKG_NOT_FOUND|CATALOG_\\w+"),
    },
    { code: "PACKAGES_ENGINE_UNSUITABLE", pattern: pnpmCode("UNSUPPORTED_ENGINE|BAD_PM_VERSION") },
    { code: "PACKAGES_PLATFORM_UNSUITABLE", pattern: pnpmCode("UNSUPPORTED_PLATFORM") },
    { code: "PACKAGES_DEPENDENCIES_CONFLICT", pattern: pnpmCode("PEER_DEP_ISSUES") },
    { code: "PACKAGES_SCRIPTS_UNAPPROVED", pattern: pnpmCode("IGNORED_BUILDS") },
    { code: "PACKAGES_OFFLINE_MISSING", pattern: pnpmCode("NO_OFFLINE_(?:TARBALL|META)") },
    { code: "PACKAGES_MANAGER_OTHER", pattern: pnpmCode("OTHER_PM_EXPECTED") },
    { code: "PACKAGES_PROTOCOL_UNKNOWN", pattern: pnpmCode("SPEC_NOT_SUPPORTED_BY_ANY_RESOLVER|UNSUPPORTED_PROTOCOL") },
    { code: "PACKAGES_NAME_INVALID", pattern: pnpmCode("INVALID_(?:PACKAGE|DEPENDENCY)_NAME") },
    { code: "PACKAGES_PATCH_FAILED", pattern: pnpmCode("\\w*PATCH\\w*") },
    {
      code: "PACKAGES_SETTINGS_INVALID",
      pattern: pnpmCode("INVALID_(?:AUTH_)?SETTING|INVALID_OVERRIDES|CONFIG_CONFLICT_\\w+"),
    },
    {
      code: "PACKAGES_FILE_INVALID",
      pattern: pnpmCode(
        "YAML_PARSE|INVALID_PACKAGE_JSON|JSON_PARSE|BAD_PACKAGE_JSON|INVALID_WORKSPACE_CONFIGURATION|PACKAGE_MANIFEST_\\w+",
      ),
    },
    { code: "PACKAGES_REGISTRY_UNREACHABLE", pattern: pnpmCode("META_FETCH_FAIL|\\w*NETWORK_ERROR") },
    { code: "PACKAGES_SCRIPT_FAILED", pattern: pnpmCode("\\w*LIFECYCLE\\w*") },
    { code: "PACKAGES_MANAGER_OTHER", pattern: /This project is configured to use \w+/ },
    { code: "PACKAGES_LOCKFILE_INVALID", pattern: /\bautofixMergeConflicts\b/ },
    { code: "PACKAGES_SCRIPT_FAILED", pattern: /\bELIFECYCLE\b/ },
    ...lastPatterns,
  ],
  fallback: "PACKAGES_INSTALL_FAILED",
  placeholders: {
    MANAGER: "pnpm",
    LOCKFILE: "pnpm-lock.yaml",
    INSTALL: "pnpm install",
    ADD_DEV: "pnpm add --save-dev",
    APPROVE: "pnpm approve-builds",
    ...installNames,
  },
};
