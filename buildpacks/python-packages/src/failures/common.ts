import { certificatePatterns, type FailurePattern, gitPatterns, machinePatterns, type NameInOutput } from "libcnb/kit";
import type { FailureCode } from "./catalogue.ts";

/** Failures of the machine, git, and certificates. */
const machine: readonly FailurePattern<FailureCode>[] = [
  ...machinePatterns,
  { code: "BUILD_DISK_FULL", pattern: /Errno 28\]/ },
  { code: "BUILD_OUT_OF_MEMORY", pattern: /signal: 9 \(SIGKILL\)|exit code: -9\b|Killed signal terminated program/ },
  {
    code: "PACKAGES_GIT_MISSING",
    pattern:
      /Cannot find command 'git'|Git executable not found|No such file or directory: 'git'|Unable to find executable `git`/,
  },
  {
    code: "PACKAGES_GIT_UNREACHABLE",
    pattern:
      /unable to access '[^']*': (?:Could not resolve|Failed to connect|Couldn't connect)|ssh: connect to host|service=git-upload-pack/,
  },
  ...gitPatterns,
  {
    code: "PACKAGES_GIT_DENIED",
    pattern:
      /couldn't find remote ref|did not match any file\(s\) known to git|Failed to clone \S+ check your git|Failed to build '[^']*' when git |NotGitRepository|\bHTTPUnauthorized\b/,
  },
  {
    code: "PACKAGES_CERTIFICATE_UNTRUSTED",
    pattern:
      /CERTIFICATE_VERIFY_FAILED|server certificate verification failed|problem\s+confirming\s+the\s+ssl\s+certificate/,
  },
  ...certificatePatterns,
];

/** Error responses of indexes, and failures of the network in the words of urllib3, httpx and reqwest. */
const responses: readonly FailurePattern<FailureCode>[] = [
  {
    code: "PACKAGES_REGISTRY_DENIED",
    pattern:
      /\b40[13] Client Error|HTTP error 40[13]|\(40[13] [A-Z]\w+\)|lack of valid authentication|Client error '40[13] |Authorization error accessing|\b403 Forbidden/,
  },
  {
    code: "PACKAGES_REGISTRY_FAILED",
    pattern:
      /\b(?:429|5\d\d) (?:Client|Server) Error|HTTP error (?:429|5\d\d)|\((?:429|5\d\d) [A-Z]\w+|(?:Client|Server) error '(?:429|5\d\d) |too many (?:429|5\d\d) error responses/,
  },
  { code: "PACKAGES_UNKNOWN", pattern: /\b404 Client Error|HTTP error 404|\(404 Not Found\)|Client error '404 / },
  {
    code: "PACKAGES_REGISTRY_UNREACHABLE",
    pattern:
      /NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ConnectTimeout\b|ReadTimeout\b|ConnectError\b|ProxyError|RemoteDisconnected|ProtocolError|Max retries exceeded|Read timed out|Failed to (?:resolve '|establish a new connection)|All attempts to connect to|Connection (?:refused|reset|aborted)|Name or service not known|Temporary failure in name resolution|dns error|tcp connect error|operation timed out|error sending request/,
  },
];

/**
 * Patterns of failures of a package index. If an index refuses access or cannot be reached, pip
 * only reports that the package was not found, but its log contains the reason.
 */
export const indexPatterns: readonly FailurePattern<FailureCode>[] = [...machine, ...responses];

/** A failed build without further details. */
const build =
  /Failed\s+to\s+build\b|Failed\s+building\s+wheel|PEP517 build of a dependency failed|build backend returned an error|Getting requirements to build wheel did not run|metadata-generation-failed|BuildBackendException|\[BuildError\]|Build backend raised error|_in_process\.py/;

/** Patterns of failures that are tried before the patterns of any tool's own messages. */
export const firstPatterns: readonly FailurePattern<FailureCode>[] = [
  ...machine,
  // compilers, setup.py and build backends: they take precedence over the tool that started them
  { code: "NATIVE_PYTHON_HEADERS_MISSING", pattern: /fatal error: Python\.h: No such file/ },
  {
    code: "NATIVE_RUST_MISSING",
    pattern:
      /No such file or directory: '(?:cargo|rustc)'|can't find Rust compiler|Cargo, the Rust package manager, is not installed|(?:cargo|rustc): (?:command )?not found/,
  },
  {
    code: "NATIVE_COMPILER_MISSING",
    pattern:
      /command '\S*(?:gcc|g\+\+|cc|c\+\+|clang\S{0,40})' failed: No such file|unable to execute '\S+': No such file|(?:gcc|g\+\+|cc|c\+\+|clang): (?:command )?not found|No CMAKE_C(?:XX)?_COMPILER could be found|Unknown compiler\(s\):|no acceptable C compiler found/,
  },
  {
    code: "NATIVE_LIBRARY_MISSING",
    pattern:
      /fatal error: \S+\.h(?:pp|xx)?: No such file|cannot find -l\S|pg_config executable not found|(?:mysql_config|mariadb_config|pkg-config): (?:command )?not found|Can not find valid pkg-config name|was not found in the pkg-config search path|headers or library files could not be found/,
  },
  {
    code: "NATIVE_BUILD_FAILED",
    pattern:
      /error: command '\S+' failed with exit (?:code|status) \d|ninja: build stopped|make(?:\[\d+\])?: \*\*\* |CMake Error at/,
  },
  // an app that would be built but is not a package
  {
    code: "PYTHON_PROJECT_UNPACKAGED",
    pattern:
      /Multiple top-level (?:packages|modules) discovered|No file\/folder found for package|Expected a Python module at|Unable to determine which files to ship/,
  },
  { code: "PACKAGES_FILE_MISSING", pattern: /could not be installed: Readme path `[^`]+` does not exist/ },
  { code: "PACKAGES_FILE_INVALID", pattern: /invalid pyproject\.toml config|does not appear to be a Python project/ },
  // Programs of the app raise such errors as well: only a build is meant.
  {
    code: "PACKAGES_BUILD_MODULE_MISSING",
    pattern: /ModuleNotFoundError: No module named|Cannot import build backend/,
    and: build,
  },
];

/** Patterns of failures that are tried before the patterns of a tool's last, general messages. */
export const commonPatterns: readonly FailurePattern<FailureCode>[] = [
  ...responses,
  // missing permissions
  { code: "PACKAGES_FILE_FORBIDDEN", pattern: /Read-only file system|Permission denied|Errno (?:13|30)\]/ },
];

/** Patterns of failures that are tried after all other patterns. */
export const lastPatterns: readonly FailurePattern<FailureCode>[] = [{ code: "PACKAGES_BUILD_FAILED", pattern: build }];

// each tool names the package differently
const name = "([A-Za-z0-9](?:[\\w.-]*[A-Za-z0-9])?)";

/** Placeholders of error texts, whose values are found in the output of all tools. */
export const names = {
  PACKAGE: {
    patterns: [
      new RegExp(`Because ${name} was not found in the package registry`),
      new RegExp(`No matching distribution found for ${name}`),
      new RegExp(`Failed building wheel for ${name}\\s`),
      new RegExp(`Failed to build '${name}' when`),
      new RegExp(`Failed to (?:download and )?build \`${name}(?:==| @|\`)`),
      new RegExp(`following issues with ${name} \\(`),
      new RegExp(`there (?:is|are) no versions? of ${name}`),
      new RegExp(`depends on ${name} \\([^)]{0,200}\\) which doesn't match any versions`),
      new RegExp(`(?:candidates for|No candidate is found for) \`?${name}`),
      new RegExp(`Failed to download \`${name}==`),
      new RegExp(`Install ${name} \\S+ failed`),
      lastBegun,
    ],
    text: 'the package "NAME"',
    fallback: "a package",
  },
  MODULE: {
    patterns: [/No module named '([\w.]+)'|Cannot import build backend '([\w.]+)'/],
    fallback: "a module",
  },
} as const satisfies Readonly<Record<string, NameInOutput>>;

/** Returns the package that the tool began to install last. This is the package that failed. */
function lastBegun(output: string): string | undefined {
  return Array.from(output.matchAll(begun), ([, first]) => first).at(-1);
}

const begun = new RegExp(`^[ \\t]*(?:Collecting|- Installing) ${name}`, "gm");
