import type { FailurePattern } from "./explain-failure.ts";

/**
 * Patterns of failures of the machine on which a build runs. They take precedence over the error
 * codes of any tool.
 */
export const machinePatterns: readonly FailurePattern<"BUILD_OUT_OF_MEMORY" | "BUILD_DISK_FULL">[] = [
  { code: "BUILD_OUT_OF_MEMORY", end: "killed" },
  { code: "BUILD_OUT_OF_MEMORY", pattern: /\bENOMEM\b|Cannot allocate memory|std::bad_alloc/ },
  { code: "BUILD_DISK_FULL", pattern: /\bENOSPC\b|no space left on device|No space left on device/ },
];

/** Patterns of messages of OpenSSL and rustls about untrusted certificates. */
export const certificatePatterns: readonly FailurePattern<"PACKAGES_CERTIFICATE_UNTRUSTED">[] = [
  {
    code: "PACKAGES_CERTIFICATE_UNTRUSTED",
    pattern:
      /unable to verify the first certificate|self[- ]signed certificate|unable to get (?:local )?issuer certificate|certificate has expired|invalid peer certificate|UnknownIssuer/,
  },
];

/** Patterns of messages of git and ssh about denied access, for tools that run git. */
export const gitPatterns: readonly FailurePattern<"PACKAGES_GIT_DENIED">[] = [
  {
    code: "PACKAGES_GIT_DENIED",
    pattern:
      /fatal: (?:Authentication failed|could not read (?:Username|Password)|Could not read from remote|repository '[^']*' not found)|Permission denied \(publickey|Host key verification failed|ERROR: Repository not found/,
  },
];
