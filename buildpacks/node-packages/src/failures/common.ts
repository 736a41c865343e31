import {
  machinePatterns as anyMachinePatterns,
  certificatePatterns,
  type FailurePattern,
  gitPatterns,
} from "libcnb/kit";
import type { FailureCode } from "./catalogue.ts";

/** Patterns of failures of the machine on which the build runs, such as a full disk. */
export const machinePatterns: readonly FailurePattern<FailureCode>[] = [
  { code: "BUILD_OUT_OF_MEMORY", pattern: /JavaScript heap out of memory/ },
  ...anyMachinePatterns,
];

/**
 * Patterns of failures that are tried before the patterns of a package manager's own error codes.
 */
export const firstPatterns: readonly FailurePattern<FailureCode>[] = [
  ...machinePatterns,
  // https://github.com/nodejs/node-gyp
  { code: "NATIVE_PYTHON_MISSING", pattern: /gyp ERR! (?:find Python|stack Error: Could not find any Python)/ },
  { code: "NATIVE_COMPILER_MISSING", pattern: /gyp ERR! stack Error: not found: (?:make|gmake|cc|g\+\+)/ },
  {
    code: "NATIVE_COMPILER_MISSING",
    pattern:
      /(?:make|sh)(?:\[\d\])?: (?:\d+: )?\S*(?:g\+\+|c\+\+|gcc|cc|clang\S*): (?:No such file|not found|Command not found)/,
  },
  {
    code: "NATIVE_HEADERS_UNREACHABLE",
    pattern: /gyp ERR! stack .*(?:related to network connectivity|headers\.tar\.gz|SHASUMS256)/,
  },
  { code: "NATIVE_BUILD_FAILED", pattern: /gyp ERR! (?:build|configure) error|gyp ERR! not ok/ },
  // codes of Node.js and OpenSSL
  {
    code: "PACKAGES_CERTIFICATE_UNTRUSTED",
    pattern:
      /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED/,
  },
  ...certificatePatterns,
  // git
  {
    code: "PACKAGES_GIT_MISSING",
    pattern: /spawn git(?: ENOENT)?$|Couldn't find the binary git|git: (?:command )?not found/m,
  },
  { code: "PACKAGES_GIT_DENIED", pattern: /An unknown git error occurred/ },
  ...gitPatterns,
];

/**
 * Patterns of failures that are tried after the patterns of a package manager's own error codes.
 */
export const lastPatterns: readonly FailurePattern<FailureCode>[] = [
  // network error codes of Node.js, and messages of tools that do not run on Node.js
  {
    code: "PACKAGES_REGISTRY_UNREACHABLE",
    pattern:
      /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ERR_SOCKET_TIMEOUT|UND_ERR_\w+_TIMEOUT|EIDLETIMEOUT)\b/,
  },
  {
    code: "PACKAGES_REGISTRY_UNREACHABLE",
    pattern:
      /socket hang up|network request to \S+ failed|trouble with your network connection|tunneling socket could not be established/,
  },
  { code: "PACKAGES_FILE_FORBIDDEN", pattern: /\b(?:EACCES|EPERM|EROFS)\b/ },
];
