import type { ManagerName } from "@libcnb/node-app";
import { catalogue, type ManagerFailures } from "./catalogue.ts";
import { firstPatterns, lastPatterns } from "./common.ts";
import { installNames } from "./names.ts";

/** npm prints its codes in lines, or in JSON with `--json`. */
const npmCode = (codes: string): RegExp =>
  new RegExp(`npm (?:ERR!|error) code (?:${codes})\\b|"code": ?"(?:${codes})"`);

/**
 * The failure table of npm: patterns of its output and values for placeholders. See
 * https://docs.npmjs.com/cli/v11/using-npm/logging
 */
const npmFailures: ManagerFailures = {
  failures: catalogue,
  patterns: [
    ...firstPatterns,
    {
      code: "PACKAGES_LOCKFILE_OUT_OF_SYNC",
      pattern: /(?:npm (?:ERR!|error) )(?:Missing|Invalid): .+ (?:from|does not satisfy)|are in sync\./,
    },
    { code: "PACKAGES_POLICY_VIOLATED", pattern: /No matching version found for .* with a date before/ },
    // codes
    { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: npmCode("EINTEGRITY") },
    { code: "PACKAGES_DEPENDENCIES_CONFLICT", pattern: npmCode("ERESOLVE") },
    { code: "PACKAGES_ENGINE_UNSUITABLE", pattern: npmCode("EBADENGINE|EBADDEVENGINES") },
    { code: "PACKAGES_PLATFORM_UNSUITABLE", pattern: npmCode("EBADPLATFORM") },
    { code: "PACKAGES_REGISTRY_DENIED", pattern: npmCode("E401|E403|ENEEDAUTH|EOTP") },
    { code: "PACKAGES_UNKNOWN", pattern: npmCode("E404|ETARGET|ENOVERSIONS") },
    { code: "PACKAGES_REGISTRY_FAILED", pattern: npmCode("E429|E5\\d\\d") },
    { code: "PACKAGES_OFFLINE_MISSING", pattern: npmCode("ENOTCACHED") },
    { code: "PACKAGES_NAME_INVALID", pattern: npmCode("EINVALIDPACKAGENAME|EINVALIDTAGNAME") },
    { code: "PACKAGES_PROTOCOL_UNKNOWN", pattern: npmCode("EUNSUPPORTEDPROTOCOL") },
    { code: "PACKAGES_WORKSPACE_UNKNOWN", pattern: npmCode("EWORKSPACESCONFIG|EDUPLICATEWORKSPACE|ENOWORKSPACES") },
    { code: "PACKAGES_SOURCE_FORBIDDEN", pattern: npmCode("EALLOW(?:GIT|REMOTE|FILE|DIRECTORY)") },
    { code: "PACKAGES_SCRIPTS_UNAPPROVED", pattern: npmCode("ESTRICTALLOWSCRIPTS") },
    { code: "PACKAGES_FILE_INVALID", pattern: npmCode("EJSONPARSE|EPACKAGEJSON") },
    { code: "PACKAGES_SCRIPT_FAILED", pattern: /npm (?:ERR!|error) command failed\b/ },
    ...lastPatterns,
  ],
  fallback: "PACKAGES_INSTALL_FAILED",
  placeholders: {
    MANAGER: "npm",
    LOCKFILE: "package-lock.json",
    INSTALL: "npm install",
    ADD_DEV: "npm install --save-dev",
    APPROVE: "npm install-scripts approve",
    ...installNames,
  },
};

const yarnCode = (code: string): RegExp => new RegExp(`\\bYN${code}:`);

/**
 * The failure table of Yarn: patterns of its output and values for placeholders. See
 * https://yarnpkg.com/advanced/error-codes
 */
const yarnFailures: ManagerFailures = {
  failures: catalogue,
  patterns: [
    ...firstPatterns,
    // Yarn 2 and newer
    { code: "PACKAGES_POLICY_VIOLATED", pattern: /All versions satisfying .* are quarantined/ },
    { code: "PACKAGES_UNKNOWN", pattern: /Response Code: 404/ },
    { code: "PACKAGES_REGISTRY_DENIED", pattern: /Response Code: 40[13]/ },
    { code: "PACKAGES_REGISTRY_FAILED", pattern: /Response Code: (?:429|5\d\d)/ },
    { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: yarnCode("0018") },
    { code: "PACKAGES_LOCKFILE_OUT_OF_SYNC", pattern: yarnCode("00(?:20|28)") },
    { code: "PACKAGES_LOCKFILE_INVALID", pattern: yarnCode("0078") },
    { code: "PACKAGES_LOCKFILE_INVALID", pattern: yarnCode("004[67]") },
    { code: "PACKAGES_REGISTRY_DENIED", pattern: yarnCode("00(?:33|41)") },
    { code: "PACKAGES_UNKNOWN", pattern: yarnCode("00(?:15|16|22|27|82)") },
    { code: "PACKAGES_OFFLINE_MISSING", pattern: yarnCode("00(?:56|80)") },
    { code: "PACKAGES_WORKSPACE_UNKNOWN", pattern: yarnCode("0021") },
    { code: "PACKAGES_PROTOCOL_UNKNOWN", pattern: yarnCode("001[01]") },
    { code: "PACKAGES_PATCH_FAILED", pattern: yarnCode("0066") },
    { code: "PACKAGES_SCRIPT_FAILED", pattern: yarnCode("0009") },
    { code: "PACKAGES_REGISTRY_UNREACHABLE", pattern: /YN0035:/ },
    {
      code: "PACKAGES_SETTINGS_INVALID",
      pattern: /Unrecognized or legacy configuration settings|Environment variable not found \(/,
    },
    { code: "PACKAGES_WORKSPACE_UNKNOWN", pattern: /doesn't seem to be part of the project|Workspace not found/ },
    {
      code: "PACKAGES_LOCKFILE_INVALID",
      pattern: /Expected an indexed object|follow Yaml's rules|Parse error when (?:loading|parsing) \S*yarn\.lock/,
    },
    { code: "PACKAGES_MANAGER_OTHER", pattern: /is configured to use (?:npm|pnpm|bun)\b/ },
    // Yarn 1, which has no codes
    { code: "PACKAGES_LOCKFILE_OUT_OF_SYNC", pattern: /Your lockfile needs to be updated/ },
    { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: /Integrity check failed for|integrity doesn't match our records/ },
    {
      code: "PACKAGES_UNKNOWN",
      pattern: /Couldn't find package "[^"]+"|Couldn't find any versions for|Request failed "404|: Not found\b/,
    },
    {
      code: "PACKAGES_REGISTRY_DENIED",
      pattern: /Request failed "40[13]|: authentication required|error Error: \S+: forbidden/i,
    },
    { code: "PACKAGES_REGISTRY_FAILED", pattern: /Request failed "(?:429|5\d\d)/ },
    { code: "PACKAGES_ENGINE_UNSUITABLE", pattern: /The engine "[^"]+" (?:is incompatible|appears to be invalid)/ },
    { code: "PACKAGES_PLATFORM_UNSUITABLE", pattern: /The (?:platform|CPU architecture) "[^"]+" is incompatible/ },
    {
      code: "PACKAGES_LOCKFILE_INVALID",
      pattern: /Unknown token: |Invalid value type \d|Cannot use 'in' operator to search for/,
    },
    { code: "PACKAGES_MANAGER_OTHER", pattern: /defines "packageManager": "/ },
    {
      code: "PACKAGES_FILE_INVALID",
      pattern: /Couldn't find a package\.json|Failed to parse JSON|Unexpected token .* in JSON/,
    },
    { code: "PACKAGES_SCRIPT_FAILED", pattern: /error [^\n]*: Command failed\.|error Command failed with exit code/ },
    ...lastPatterns,
  ],
  fallback: "PACKAGES_INSTALL_FAILED",
  placeholders: {
    MANAGER: "Yarn",
    LOCKFILE: "yarn.lock",
    INSTALL: "yarn install",
    ADD_DEV: "yarn add --dev",
    APPROVE: "dependenciesMeta in package.json",
    ...installNames,
  },
};

const pnpmCode = (codes: string): RegExp => new RegExp(`\\bERR_PNPM_(?:${codes})(?![A-Z0-9_])`);

/**
 * The failure table of pnpm: patterns of its output and values for placeholders. See
 * https://pnpm.io/errors
 */
const pnpmFailures: ManagerFailures = {
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

/**
 * The failure table of Bun: patterns of its output and values for placeholders. Most failures are
 * recognized by messages, because Bun has few error codes.
 */
const bunFailures: ManagerFailures = {
  failures: catalogue,
  patterns: [
    ...firstPatterns,
    {
      code: "PACKAGES_LOCKFILE_INVALID",
      pattern: /failed to parse lockfile|Outdated lockfile version|InvalidLockfile/,
    },
    { code: "PACKAGES_LOCKFILE_OUT_OF_SYNC", pattern: /lockfile had changes, but lockfile is frozen/ },
    { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: /Integrity check failed|IntegrityCheckFailed/ },
    { code: "PACKAGES_UNKNOWN", pattern: / - 404\b|No version matching "[^"]*" found/ },
    { code: "PACKAGES_REGISTRY_DENIED", pattern: / - 40[13]\b/ },
    { code: "PACKAGES_REGISTRY_FAILED", pattern: / - (?:429|5\d\d)\b/ },
    { code: "PACKAGES_WORKSPACE_UNKNOWN", pattern: /Workspace (?:dependency|name) "[^"]+"/ },
    { code: "PACKAGES_FILE_INVALID", pattern: /failed to parse '[^']*package\.json'|ParserError: / },
    { code: "PACKAGES_SCRIPT_FAILED", pattern: /script from "[^"]+" (?:exited with|terminated by)/ },
    {
      code: "PACKAGES_REGISTRY_UNREACHABLE",
      pattern: /\b(?:DNSResolveFailed|ConnectionRefused|ConnectionClosed|ConnectionReset|Timeout|FailedToOpenSocket)\b/,
    },
    ...lastPatterns,
  ],
  fallback: "PACKAGES_INSTALL_FAILED",
  placeholders: {
    MANAGER: "Bun",
    LOCKFILE: "bun.lock",
    INSTALL: "bun install",
    ADD_DEV: "bun add --dev",
    APPROVE: "bun pm trust",
    ...installNames,
  },
};

/** The failure tables of all package managers. */
export const managerFailures: Readonly<Record<ManagerName, ManagerFailures>> = {
  npm: npmFailures,
  yarn: yarnFailures,
  pnpm: pnpmFailures,
  bun: bunFailures,
};
