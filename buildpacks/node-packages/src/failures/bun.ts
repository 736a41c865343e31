import { catalogue, type ManagerFailures } from "./catalogue.ts";
import { firstPatterns, lastPatterns } from "./common.ts";
import { installNames } from "./names.ts";

/**
 * The failure table of Bun: patterns of its output and values for placeholders. Most failures are
 * recognized by messages, because Bun has few error codes.
 */
export const bunFailures: ManagerFailures = {
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
