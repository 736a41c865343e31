import type { Sign } from "./sign.ts";

/** Signs of failures of the machine, which take precedence over any tool's own codes. */
export const machineSigns: readonly Sign<"BUILD_OUT_OF_MEMORY" | "BUILD_DISK_FULL">[] = [
  [/\bENOMEM\b|Cannot allocate memory|std::bad_alloc/, "BUILD_OUT_OF_MEMORY"],
  [/\bENOSPC\b|no space left on device|No space left on device/, "BUILD_DISK_FULL"],
];

/** Messages of OpenSSL and rustls about certificates. */
export const certificateSigns: readonly Sign<"PACKAGES_CERTIFICATE_UNTRUSTED">[] = [
  [
    /unable to verify the first certificate|self[- ]signed certificate|unable to get (?:local )?issuer certificate|certificate has expired|invalid peer certificate|UnknownIssuer/,
    "PACKAGES_CERTIFICATE_UNTRUSTED",
  ],
];

/** Messages of git and ssh, when a tool runs git. */
export const gitSigns: readonly Sign<"PACKAGES_GIT_DENIED">[] = [
  [
    /fatal: (?:Authentication failed|could not read (?:Username|Password)|Could not read from remote|repository '[^']*' not found)|Permission denied \(publickey|Host key verification failed|ERROR: Repository not found/,
    "PACKAGES_GIT_DENIED",
  ],
];
