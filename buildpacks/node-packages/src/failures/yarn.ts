import { catalogue, type ManagerFailures } from "./catalogue.ts";
import { firstPatterns, lastPatterns } from "./common.ts";
import { installNames } from "./names.ts";

const yarnCode = (code: string): RegExp => new RegExp(`\\bYN${code}:`);

/**
 * The failure table of Yarn: patterns of its output and values for placeholders. See
 * https://yarnpkg.com/advanced/error-codes
 */
export const yarnFailures: ManagerFailures = {
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
