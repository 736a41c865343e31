import { certificateSigns, gitSigns, machineSigns } from "@libcnb/app-kit/failures/common-signs";
import type { Sign } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** Signs that take precedence over any tool's own messages. */
export const firstSigns: readonly Sign<FailureId>[] = [
  ...machineSigns,
  [/Errno 28\]/, "BUILD_DISK_FULL"],
  [/signal: 9 \(SIGKILL\)|exit code: -9\b|Killed signal terminated program/, "BUILD_OUT_OF_MEMORY"],
  [
    /Cannot find command 'git'|Git executable not found|No such file or directory: 'git'|Unable to find executable `git`/,
    "PACKAGES_GIT_MISSING",
  ],
  [
    /unable to access '[^']*': (?:Could not resolve|Failed to connect|Couldn't connect)|ssh: connect to host|service=git-upload-pack/,
    "PACKAGES_GIT_UNREACHABLE",
  ],
  ...gitSigns,
  [
    /couldn't find remote ref|did not match any file\(s\) known to git|Failed to clone \S+ check your git|Failed to build '[^']*' when git |NotGitRepository|\bHTTPUnauthorized\b/,
    "PACKAGES_GIT_DENIED",
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|server certificate verification failed|problem\s+confirming\s+the\s+ssl\s+certificate/,
    "PACKAGES_CERTIFICATE_UNTRUSTED",
  ],
  ...certificateSigns,
];

/** Signs of error responses of indexes. */
export const answerSigns: readonly Sign<FailureId>[] = [
  [
    /\b40[13] Client Error|HTTP error 40[13]|\(40[13] [A-Z]\w+\)|lack of valid authentication|Client error '40[13] |Authorization error accessing|\b403 Forbidden/,
    "PACKAGES_REGISTRY_DENIED",
  ],
  [
    /\b(?:429|5\d\d) (?:Client|Server) Error|HTTP error (?:429|5\d\d)|\((?:429|5\d\d) [A-Z]\w+|(?:Client|Server) error '(?:429|5\d\d) |too many (?:429|5\d\d) error responses/,
    "PACKAGES_REGISTRY_FAILED",
  ],
  [/\b404 Client Error|HTTP error 404|\(404 Not Found\)|Client error '404 /, "PACKAGES_UNKNOWN"],
];

/** Words of urllib3, httpx and reqwest for a network that does not work. */
export const networkSigns: readonly Sign<FailureId>[] = [
  [
    /NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ConnectTimeout\b|ReadTimeout\b|ConnectError\b|ProxyError|RemoteDisconnected|ProtocolError|Max retries exceeded|Read timed out|Failed to (?:resolve '|establish a new connection)|All attempts to connect to|Connection (?:refused|reset|aborted)|Name or service not known|Temporary failure in name resolution|dns error|tcp connect error|operation timed out|error sending request/,
    "PACKAGES_REGISTRY_UNREACHABLE",
  ],
];

/** Signs of missing permissions. */
export const forbiddenSigns: readonly Sign<FailureId>[] = [
  [/Read-only file system|Permission denied|Errno (?:13|30)\]/, "PACKAGES_FILE_FORBIDDEN"],
];
