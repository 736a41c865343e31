import {
  certificateSigns as certificateWords,
  gitSigns as gitWords,
  machineSigns as machineWords,
} from "@libcnb/app-kit/failures/common-signs";
import type { Sign } from "./sign.ts";

/** Signs of failures of the machine, which take precedence over any tool's own codes. */
export const machineSigns: readonly Sign[] = [
  [/JavaScript heap out of memory/, "BUILD_OUT_OF_MEMORY"],
  ...machineWords,
];

/** @see https://github.com/nodejs/node-gyp */
export const nativeSigns: readonly Sign[] = [
  [/gyp ERR! (?:find Python|stack Error: Could not find any Python)/, "NATIVE_PYTHON_MISSING"],
  [/gyp ERR! stack Error: not found: (?:make|gmake|cc|g\+\+)/, "NATIVE_COMPILER_MISSING"],
  [
    /(?:make|sh)(?:\[\d\])?: (?:\d+: )?\S*(?:g\+\+|c\+\+|gcc|cc|clang\S*): (?:No such file|not found|Command not found)/,
    "NATIVE_COMPILER_MISSING",
  ],
  [/gyp ERR! stack .*(?:related to network connectivity|headers\.tar\.gz|SHASUMS256)/, "NATIVE_HEADERS_UNREACHABLE"],
  [/gyp ERR! (?:build|configure) error|gyp ERR! not ok/, "NATIVE_BUILD_FAILED"],
];

/** Codes of Node.js and OpenSSL. */
export const certificateSigns: readonly Sign[] = [
  [
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED/,
    "PACKAGES_CERTIFICATE_UNTRUSTED",
  ],
  ...certificateWords,
];

export const gitSigns: readonly Sign[] = [
  [/spawn git(?: ENOENT)?$|Couldn't find the binary git|git: (?:command )?not found/m, "PACKAGES_GIT_MISSING"],
  [/An unknown git error occurred/, "PACKAGES_GIT_DENIED"],
  ...gitWords,
];

/** Network error codes of Node.js, and messages of tools that do not run on Node.js. */
export const networkSigns: readonly Sign[] = [
  [
    /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|ESOCKETTIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ERR_SOCKET_TIMEOUT|UND_ERR_\w+_TIMEOUT|EIDLETIMEOUT)\b/,
    "PACKAGES_REGISTRY_UNREACHABLE",
  ],
  [
    /socket hang up|network request to \S+ failed|trouble with your network connection|tunneling socket could not be established/,
    "PACKAGES_REGISTRY_UNREACHABLE",
  ],
  [/\b(?:EACCES|EPERM|EROFS)\b/, "PACKAGES_FILE_FORBIDDEN"],
];
