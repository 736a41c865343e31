import { machineSigns } from "@libcnb/app-kit/failures/common-signs";
import type { Sign } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** Signs that take precedence over any tool's own messages. */
export const firstSigns: readonly Sign<FailureId>[] = [
  ...machineSigns,
  [
    /OutOfMemoryError|insufficient memory for the Java Runtime|GC overhead limit exceeded|Could not reserve enough space for|JVM heap space is exhausted|Too small (?:initial|maximum) heap|exit value 137\b|^(?:> )?(?:Java heap space|Metaspace)$/m,
    "BUILD_OUT_OF_MEMORY",
  ],
  [
    /PKIX path (?:building|validation) failed|unable to find valid certification path/,
    "PACKAGES_CERTIFICATE_UNTRUSTED",
  ],
];

/** Signs of error responses of repositories. */
export const answerSigns: readonly Sign<FailureId>[] = [
  [/\bstatus(?: code)?:? 40[137]\b|\bauth\w+ failed for http/, "PACKAGES_REGISTRY_DENIED"],
  [/\bstatus(?: code)?:? (?:429|5\d\d)\b/, "PACKAGES_REGISTRY_FAILED"],
];

/** Java's messages about network failures. */
export const networkSigns: readonly Sign<FailureId>[] = [
  [
    /Connection (?:refused|reset)|[Cc]onnect(?:ion)? timed out|Read timed out|UnknownHostException|Unknown host|Name or service not known|Temporary failure in name resolution|No route to host|Network is unreachable|failed to respond|Remote host terminated the handshake|Premature end of Content-Length/,
    "PACKAGES_REGISTRY_UNREACHABLE",
  ],
];

/** Signs of the compiler's version errors, and of Java's for classes of another version. */
export const versionSigns: readonly Sign<FailureId>[] = [
  [
    /release version \d+ not supported|invalid (?:source|target) release|(?:Source|Target) option \S+ is no longer supported|class file has wrong version|compiled by a more recent version of the Java Runtime|Unsupported class file major version|class lombok\.javac\.|(?:IllegalAccess|NoSuchField|NoSuchMethod)Error[^\n]*com\.sun\.tools\.javac/,
    "JAVA_VERSION_UNSUITABLE",
  ],
];

/** Signs of missing permissions. */
export const forbiddenSigns: readonly Sign<FailureId>[] = [
  [
    /Read-only file system|Permission denied|AccessDeniedException|(?:Failed|Unable) to create (?:parent )?directory/,
    "JAVA_FILE_FORBIDDEN",
  ],
];
