import type { Sign } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** Signs of compilers, setup.py and build backends, which take precedence over the tool that started them. */
export const nativeSigns: readonly Sign<FailureId>[] = [
  [/fatal error: Python\.h: No such file/, "NATIVE_PYTHON_HEADERS_MISSING"],
  [
    /No such file or directory: '(?:cargo|rustc)'|can't find Rust compiler|Cargo, the Rust package manager, is not installed|(?:cargo|rustc): (?:command )?not found/,
    "NATIVE_RUST_MISSING",
  ],
  [
    /command '\S*(?:gcc|g\+\+|cc|c\+\+|clang\S*)' failed: No such file|unable to execute '\S+': No such file|(?:gcc|g\+\+|cc|c\+\+|clang): (?:command )?not found|No CMAKE_C(?:XX)?_COMPILER could be found|Unknown compiler\(s\):|no acceptable C compiler found/,
    "NATIVE_COMPILER_MISSING",
  ],
  [
    /fatal error: \S+\.h(?:pp|xx)?: No such file|cannot find -l\S|pg_config executable not found|(?:mysql_config|mariadb_config|pkg-config): (?:command )?not found|Can not find valid pkg-config name|was not found in the pkg-config search path|headers or library files could not be found/,
    "NATIVE_LIBRARY_MISSING",
  ],
  [
    /error: command '\S+' failed with exit (?:code|status) \d|ninja: build stopped|make(?:\[\d+\])?: \*\*\* |CMake Error at/,
    "NATIVE_BUILD_FAILED",
  ],
];

/** Signs of an app that would be built but is not a package. */
export const projectSigns: readonly Sign<FailureId>[] = [
  [
    /Multiple top-level (?:packages|modules) discovered|No file\/folder found for package|Expected a Python module at|Unable to determine which files to ship/,
    "PYTHON_PROJECT_UNPACKAGED",
  ],
  [/could not be installed: Readme path `[^`]+` does not exist/, "PACKAGES_FILE_MISSING"],
  [/invalid pyproject\.toml config|does not appear to be a Python project/, "PACKAGES_FILE_INVALID"],
];

/**
 * The sign of a missing Python module in a build. It applies only to builds, because programs of
 * the app raise such errors, too.
 */
export const moduleSign: Sign<FailureId> = [
  /ModuleNotFoundError: No module named|Cannot import build backend/,
  "PACKAGES_BUILD_MODULE_MISSING",
];

/** Signs of a failed build without further details. */
export const buildSigns: readonly Sign<FailureId>[] = [
  [
    /Failed\s+to\s+build\b|Failed\s+building\s+wheel|PEP517 build of a dependency failed|build backend returned an error|Getting requirements to build wheel did not run|metadata-generation-failed|BuildBackendException|\[BuildError\]|Build backend raised error|_in_process\.py/,
    "PACKAGES_BUILD_FAILED",
  ],
];
