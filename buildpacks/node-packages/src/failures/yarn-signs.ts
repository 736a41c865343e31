import type { FailureId } from "./catalogue.ts";
import type { Sign } from "./sign.ts";

/** Yarn 1 has no codes. */
const classic: readonly Sign[] = [
  [/Your lockfile needs to be updated/, "PACKAGES_LOCKFILE_OUT_OF_SYNC"],
  [/Integrity check failed for|integrity doesn't match our records/, "PACKAGES_INTEGRITY_MISMATCH"],
  [
    /Couldn't find package "[^"]+"|Couldn't find any versions for|Request failed "404|: Not found\b/,
    "PACKAGES_UNKNOWN",
  ],
  [/Request failed "40[13]|: authentication required|error Error: \S+: forbidden/i, "PACKAGES_REGISTRY_DENIED"],
  [/Request failed "(?:429|5\d\d)/, "PACKAGES_REGISTRY_FAILED"],
  [/The engine "[^"]+" (?:is incompatible|appears to be invalid)/, "PACKAGES_ENGINE_UNSUITABLE"],
  [/The (?:platform|CPU architecture) "[^"]+" is incompatible/, "PACKAGES_PLATFORM_UNSUITABLE"],
  [/Unknown token: |Invalid value type \d|Cannot use 'in' operator to search for/, "PACKAGES_LOCKFILE_INVALID"],
  [/defines "packageManager": "/, "PACKAGES_MANAGER_OTHER"],
  [/Couldn't find a package\.json|Failed to parse JSON|Unexpected token .* in JSON/, "PACKAGES_FILE_INVALID"],
  [/error [^\n]*: Command failed\.|error Command failed with exit code/, "PACKAGES_SCRIPT_FAILED"],
];

const codes: readonly (readonly [code: string, id: FailureId])[] = [
  ["0018", "PACKAGES_INTEGRITY_MISMATCH"],
  ["00(?:20|28)", "PACKAGES_LOCKFILE_OUT_OF_SYNC"],
  ["0078", "PACKAGES_LOCKFILE_INVALID"],
  ["004[67]", "PACKAGES_LOCKFILE_INVALID"],
  ["00(?:33|41)", "PACKAGES_REGISTRY_DENIED"],
  ["00(?:15|16|22|27|82)", "PACKAGES_UNKNOWN"],
  ["00(?:56|80)", "PACKAGES_OFFLINE_MISSING"],
  ["0021", "PACKAGES_WORKSPACE_UNKNOWN"],
  ["001[01]", "PACKAGES_PROTOCOL_UNKNOWN"],
  ["0066", "PACKAGES_PATCH_FAILED"],
  ["0009", "PACKAGES_SCRIPT_FAILED"],
];

/** @see https://yarnpkg.com/advanced/error-codes */
const berry: readonly Sign[] = [
  [/All versions satisfying .* are quarantined/, "PACKAGES_POLICY_VIOLATED"],
  [/Response Code: 404/, "PACKAGES_UNKNOWN"],
  [/Response Code: 40[13]/, "PACKAGES_REGISTRY_DENIED"],
  [/Response Code: (?:429|5\d\d)/, "PACKAGES_REGISTRY_FAILED"],
  ...codes.map(([code, id]): Sign => [new RegExp(`\\bYN${code}:`), id]),
  [/YN0035:/, "PACKAGES_REGISTRY_UNREACHABLE"],
  [/Unrecognized or legacy configuration settings|Environment variable not found \(/, "PACKAGES_SETTINGS_INVALID"],
  [/doesn't seem to be part of the project|Workspace not found/, "PACKAGES_WORKSPACE_UNKNOWN"],
  [
    /Expected an indexed object|follow Yaml's rules|Parse error when (?:loading|parsing) \S*yarn\.lock/,
    "PACKAGES_LOCKFILE_INVALID",
  ],
  [/is configured to use (?:npm|pnpm|bun)\b/, "PACKAGES_MANAGER_OTHER"],
];

export const yarnSigns: readonly Sign[] = [...berry, ...classic];
