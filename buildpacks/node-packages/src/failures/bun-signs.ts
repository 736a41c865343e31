import type { Sign } from "./sign.ts";

/** Signs of Bun's failures. Most are messages, because Bun has few error codes. */
export const bunSigns: readonly Sign[] = [
  [/failed to parse lockfile|Outdated lockfile version|InvalidLockfile/, "PACKAGES_LOCKFILE_INVALID"],
  [/lockfile had changes, but lockfile is frozen/, "PACKAGES_LOCKFILE_OUT_OF_SYNC"],
  [/Integrity check failed|IntegrityCheckFailed/, "PACKAGES_INTEGRITY_MISMATCH"],
  [/ - 404\b|No version matching "[^"]*" found/, "PACKAGES_UNKNOWN"],
  [/ - 40[13]\b/, "PACKAGES_REGISTRY_DENIED"],
  [/ - (?:429|5\d\d)\b/, "PACKAGES_REGISTRY_FAILED"],
  [/Workspace (?:dependency|name) "[^"]+"/, "PACKAGES_WORKSPACE_UNKNOWN"],
  [/failed to parse '[^']*package\.json'|ParserError: /, "PACKAGES_FILE_INVALID"],
  [/script from "[^"]+" (?:exited with|terminated by)/, "PACKAGES_SCRIPT_FAILED"],
  [
    /\b(?:DNSResolveFailed|ConnectionRefused|ConnectionClosed|ConnectionReset|Timeout|FailedToOpenSocket)\b/,
    "PACKAGES_REGISTRY_UNREACHABLE",
  ],
];
