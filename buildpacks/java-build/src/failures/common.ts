import { type FailurePattern, machinePatterns, type NameInOutput } from "libcnb/kit";
import type { FailureCode } from "./catalogue.ts";

/** Patterns of failures that are tried before the patterns of a tool. */
export const firstPatterns: readonly FailurePattern<FailureCode>[] = [
  ...machinePatterns,
  {
    code: "BUILD_OUT_OF_MEMORY",
    pattern:
      /OutOfMemoryError|insufficient memory for the Java Runtime|GC overhead limit exceeded|Could not reserve enough space for|JVM heap space is exhausted|Too small (?:initial|maximum) heap|exit value 137\b|^(?:> )?(?:Java heap space|Metaspace)$/m,
  },
  {
    code: "PACKAGES_CERTIFICATE_UNTRUSTED",
    pattern: /PKIX path (?:building|validation) failed|unable to find valid certification path/,
  },
];

/**
 * Patterns of failures that are tried after the specific patterns of a tool and before its general
 * ones.
 */
export const commonPatterns: readonly FailurePattern<FailureCode>[] = [
  // error responses of repositories
  { code: "PACKAGES_REGISTRY_DENIED", pattern: /\bstatus(?: code)?:? 40[137]\b|\bauth\w+ failed for http/ },
  { code: "PACKAGES_REGISTRY_FAILED", pattern: /\bstatus(?: code)?:? (?:429|5\d\d)\b/ },
  // Java's messages about network failures
  {
    code: "PACKAGES_REGISTRY_UNREACHABLE",
    pattern:
      /Connection (?:refused|reset)|[Cc]onnect(?:ion)? timed out|Read timed out|UnknownHostException|Unknown host|Name or service not known|Temporary failure in name resolution|No route to host|Network is unreachable|failed to respond|Remote host terminated the handshake|Premature end of Content-Length/,
  },
  // the compiler's version errors, and Java's for classes of another version
  {
    code: "JAVA_VERSION_UNSUITABLE",
    pattern:
      /release version \d+ not supported|invalid (?:source|target) release|(?:Source|Target) option \S+ is no longer supported|class file has wrong version|compiled by a more recent version of the Java Runtime|Unsupported class file major version|class lombok\.javac\.|(?:IllegalAccess|NoSuchField|NoSuchMethod)Error[^\n]*com\.sun\.tools\.javac/,
  },
  // missing permissions
  {
    code: "JAVA_FILE_FORBIDDEN",
    pattern:
      /Read-only file system|Permission denied|AccessDeniedException|(?:Failed|Unable) to create (?:parent )?directory/,
  },
];

// group:name:type:version of Maven, group:name:version of Gradle
const part = "[\\w.$+{}-]+";

/** The patterns that find the name of a missing artifact or plugin in a tool's output. */
export const artifact: NameInOutput = {
  patterns: [
    new RegExp(`Could not find artifact (${part}:${part}):${part}(?::${part})?:(${part})`),
    new RegExp(
      `Cannot access \\S+ \\(\\S+\\) in offline mode and the artifact (${part}:${part}):${part}(?::${part})?:(${part})`,
    ),
    new RegExp(`No versions available for (${part}:${part}):`),
    new RegExp(`(?<![\\w.$+{}-])(${part}:${part}):${part}:(${part}) was not found in`),
    new RegExp(`Could not find (${part}:${part}:${part})\\.(?:\\s|$)`, "m"),
    new RegExp(`Could not find any version that matches (${part}:${part}:\\S+?)\\.(?:\\s|$)`, "m"),
    new RegExp(`No cached version of (${part}:${part}:${part}) available`),
    new RegExp(`external dependency (${part}:${part}:${part}) because`),
    /Plugin \[id: '([\w.-]+)'/,
    /Plugin with id '([\w.-]+)' not found/,
  ],
  separator: ":",
  fallback: "a dependency or plugin that the build requests",
};
