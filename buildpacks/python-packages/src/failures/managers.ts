import type { FailurePattern } from "libcnb/kit";
import type { ManagerName } from "../package-manager.ts";
import { catalogue, type FailureCode, type ToolFailures } from "./catalogue.ts";
import { commonPatterns, firstPatterns, lastPatterns, names } from "./common.ts";

/** Messages of pip, and of Pipenv, which contains a pip and breaks its lines. */
const messages: readonly FailurePattern<FailureCode>[] = [
  { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: /DO NOT MATCH THE HASHES/ },
  {
    code: "PACKAGES_HASHES_INCOMPLETE",
    pattern:
      /Hashes are required in --require-hashes mode|Can't verify hashes for these requirements|must have their versions pinned with ==/,
  },
  {
    code: "PACKAGES_FILE_MISSING",
    pattern:
      /Could not open (?:requirements|constraint) file|looks like a filename, but the file does not exist|is not a valid editable requirement|It looks like a path\. File '[^']*' does not exist|OSError: \[Errno 2\]|is not installable\. Neither/,
  },
  {
    code: "PACKAGES_FILE_INVALID",
    pattern: /Invalid requirement: |no such option: |Invalid wheel filename|TOMLDecodeError|UnicodeDecodeError/,
  },
  {
    code: "PACKAGES_PYTHON_UNSUITABLE",
    pattern: /requires a different Python|that require a different python version/,
  },
  { code: "PACKAGES_PLATFORM_UNSUITABLE", pattern: /is not a supported wheel on this platform/ },
  {
    code: "PACKAGES_ARCHIVE_INVALID",
    pattern: /Wheel '[^']*' located at \S+ is invalid|BadZipFile|has an invalid wheel|File is not a zip file/,
  },
];

/** pip's final messages, even if the index was unreachable. */
const finalMessages: readonly FailurePattern<FailureCode>[] = [
  {
    code: "PACKAGES_DEPENDENCIES_CONFLICT",
    pattern: /because these package versions have conflicting|Double requirement given|ResolutionImpossible/,
  },
  { code: "PACKAGES_UNKNOWN", pattern: /No matching distribution found|Could not find a version that satisfies/ },
];

/** The failure table of pip: patterns of its output and values for placeholders. */
const pipFailures: ToolFailures = {
  failures: catalogue,
  patterns: [...firstPatterns, ...messages, ...commonPatterns, ...finalMessages, ...lastPatterns],
  fallback: "PACKAGES_INSTALL_FAILED",
  placeholders: {
    MANAGER: "pip",
    LOCKFILE: "requirements.txt",
    MANIFEST: "requirements.txt",
    LOCK: "pip-compile",
    INDEX: "PIP_INDEX_URL",
    TOOL_VERSION: "BP_PIP_VERSION",
    UNPACKAGED: "list the dependencies in requirements.txt instead of the project itself",
    ...names,
  },
};

/**
 * The failure table of Pipenv: patterns of its output and values for placeholders. See
 * https://pipenv.pypa.io
 */
const pipenvFailures: ToolFailures = {
  failures: {
    ...catalogue,
    PACKAGES_LOCKFILE_OUT_OF_SYNC: {
      ...catalogue.PACKAGES_LOCKFILE_OUT_OF_SYNC,
      // the digest of a Pipfile depends on the release of Pipenv, which the lockfile does not name
      hint: 'Run "LOCK" and commit the changed LOCKFILE. If MANIFEST did not change, another release of Pipenv wrote LOCKFILE: set TOOL_VERSION to that release.',
    },
  },
  patterns: [
    ...firstPatterns,
    { code: "PACKAGES_LOCKFILE_INVALID", pattern: /Failed to load lockfile at|Your lockfile is corrupt/ },
    { code: "PACKAGES_LOCKFILE_OUT_OF_SYNC", pattern: /Your Pipfile\.lock \(\w+\) is out of date/ },
    { code: "PACKAGES_LOCKFILE_MISSING", pattern: /Pipfile\.lock not found!/ },
    { code: "PACKAGES_SETTINGS_INVALID", pattern: /Unable to find \S+ in sources/ },
    // before the other reason, Pipenv prints: Your Pipfile requires "python_version"
    { code: "PACKAGES_PYTHON_UNSUITABLE", pattern: /Aborting deploy/ },
    { code: "PACKAGES_FILE_INVALID", pattern: /does not support item access|tomlkit\.exceptions\.\w+/ },
    ...messages,
    ...commonPatterns,
    ...finalMessages,
    ...lastPatterns,
  ],
  fallback: "PACKAGES_INSTALL_FAILED",
  placeholders: {
    MANAGER: "Pipenv",
    LOCKFILE: "Pipfile.lock",
    MANIFEST: "Pipfile",
    LOCK: "pipenv lock",
    INDEX: "[[source]]",
    TOOL_VERSION: "BP_PIPENV_VERSION",
    UNPACKAGED: "remove the project from the Pipfile",
    ...names,
  },
};

/** The failure table of uv: patterns of its output and values for placeholders. */
const uvFailures: ToolFailures = {
  failures: catalogue,
  patterns: [
    ...firstPatterns,
    { code: "PACKAGES_LOCKFILE_OUT_OF_SYNC", pattern: /lockfile at `[^`]*` needs to be updated/ },
    { code: "PACKAGES_LOCKFILE_MISSING", pattern: /Unable to find lockfile at/ },
    { code: "PACKAGES_LOCKFILE_UNSUITABLE", pattern: /uses an unsupported schema version/ },
    { code: "PACKAGES_LOCKFILE_INVALID", pattern: /Failed to parse:? `?[^\s`]*uv\.lock/ },
    { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: /Hash mismatch for `/ },
    { code: "PACKAGES_MANAGER_OTHER", pattern: /Required uv version `/ },
    { code: "PYTHON_GROUP_UNKNOWN", pattern: /Group `[^`]*` is not defined/ },
    { code: "PYTHON_EXTRA_UNKNOWN", pattern: /Extra `[^`]*` is not defined/ },
    {
      code: "PACKAGES_WORKSPACE_UNKNOWN",
      pattern:
        /references a workspace in `tool\.uv\.sources`|is not a workspace member|Workspace member `[^`]*` is missing/,
    },
    { code: "PACKAGES_FILE_MISSING", pattern: /Distribution not found at: file:/ },
    {
      code: "PACKAGES_PYTHON_UNSUITABLE",
      pattern:
        /incompatible with the project's Python requirement|requested Python version \([^)]{0,200}\) does not satisfy|No interpreter found for/,
    },
    {
      code: "PACKAGES_PLATFORM_UNSUITABLE",
      pattern: /doesn't have a source distribution or wheel for the current platform|has no wheels with a matching/,
    },
    {
      code: "PACKAGES_ARCHIVE_INVALID",
      pattern: /has an invalid package format|Failed to extract archive|Failed to read from zip/,
    },
    { code: "PACKAGES_OFFLINE_MISSING", pattern: /network was disabled|network connectivity is disabled/i },
    ...commonPatterns,
    // final messages, even if an index was unreachable
    {
      code: "PACKAGES_UNKNOWN",
      pattern: /was not found in the (?:package registry|provided)|there (?:is|are) no versions? of/,
    },
    { code: "PACKAGES_DEPENDENCIES_CONFLICT", pattern: /requirements are unsatisfiable/ },
    { code: "PACKAGES_FILE_INVALID", pattern: /Failed to parse:? `?[^\s`]*pyproject\.toml/ },
    ...lastPatterns,
  ],
  fallback: "PACKAGES_INSTALL_FAILED",
  placeholders: {
    MANAGER: "uv",
    LOCKFILE: "uv.lock",
    MANIFEST: "pyproject.toml",
    LOCK: "uv lock",
    INDEX: "[[tool.uv.index]] or UV_DEFAULT_INDEX",
    TOOL_VERSION: "BP_UV_VERSION",
    UNPACKAGED: "remove [build-system] from pyproject.toml, or write package = false into [tool.uv]",
    ...names,
  },
};

/** The failure table of Poetry: patterns of its output and values for placeholders. */
const poetryFailures: ToolFailures = {
  failures: catalogue,
  patterns: [
    ...firstPatterns,
    {
      code: "PACKAGES_LOCKFILE_OUT_OF_SYNC",
      pattern: /changed significantly since poetry\.lock was last generated|poetry\.lock is not up to date/,
    },
    { code: "PACKAGES_LOCKFILE_UNSUITABLE", pattern: /lock file is not compatible with the current version of Poetry/ },
    { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: /did not match any known checksums|not found in known hashes/ },
    {
      code: "PACKAGES_MANAGER_OTHER",
      pattern: /This project requires Poetry |Poetry plugins are required by the project but/,
    },
    { code: "PYTHON_GROUP_UNKNOWN", pattern: /Group\(s\) not found: / },
    { code: "PYTHON_EXTRA_UNKNOWN", pattern: /Extra \[[^\]]{0,200}\] is not specified/ },
    { code: "PACKAGES_FILE_MISSING", pattern: /Path \S+ for \S+ does not exist/ },
    {
      code: "PACKAGES_PYTHON_UNSUITABLE",
      pattern: /Current Python version \([^)]{0,200}\) is not allowed by the project/,
    },
    {
      code: "PACKAGES_FILE_INVALID",
      pattern: /Invalid TOML file|The Poetry configuration is invalid|The requirement is invalid/,
    },
    { code: "PACKAGES_ARCHIVE_INVALID", pattern: /File is not a zip file/ },
    {
      code: "PACKAGES_LOCKFILE_INVALID",
      pattern: /\n(?:Invalid|Expected|Unclosed|Unbalanced|Cannot) [^\n]*\(at line \d+, column \d+\)/,
    },
    ...commonPatterns,
    // final messages, even if an index was unreachable
    // the public index is asked for JSON, which mirrors and proxies in its place seldom have
    { code: "PACKAGES_REGISTRY_FAILED", pattern: /^Expecting value: line \d+ column \d+ \(char \d+\)/m },
    { code: "PACKAGES_UNKNOWN", pattern: /0 candidate\(s\) were identified for the package/ },
    { code: "PACKAGES_PLATFORM_UNSUITABLE", pattern: /Unable to find installation candidates for/ },
    { code: "PACKAGES_UNKNOWN", pattern: /which doesn't match any versions/ },
    { code: "PACKAGES_DEPENDENCIES_CONFLICT", pattern: /version solving failed/ },
    ...lastPatterns,
  ],
  fallback: "PACKAGES_INSTALL_FAILED",
  placeholders: {
    MANAGER: "Poetry",
    LOCKFILE: "poetry.lock",
    MANIFEST: "pyproject.toml",
    LOCK: "poetry lock",
    INDEX: "[[tool.poetry.source]]",
    TOOL_VERSION: "BP_POETRY_VERSION",
    UNPACKAGED: "write package-mode = false into [tool.poetry] of pyproject.toml",
    ...names,
  },
};

/** The failure table of PDM: patterns of its output and values for placeholders. */
const pdmFailures: ToolFailures = {
  failures: catalogue,
  patterns: [
    ...firstPatterns,
    { code: "PACKAGES_LOCKFILE_MISSING", pattern: /\[ProjectError\]: Lockfile does not exist/ },
    { code: "PACKAGES_LOCKFILE_OUT_OF_SYNC", pattern: /Please run `pdm lock` to update the lock file/ },
    { code: "PACKAGES_PYTHON_UNSUITABLE", pattern: /\[NoPythonVersion\]|requires-python conflict/ },
    {
      code: "PACKAGES_FILE_INVALID",
      pattern:
        /\bTOMLDecodeError\b|\[InvalidRequirement\]|\[RequirementError\]|\[ProjectValidationError\]|PyprojectError/,
    },
    { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: /HashMismatchError/ },
    { code: "PACKAGES_ARCHIVE_INVALID", pattern: /BadZipFile|File is not a zip file/ },
    ...commonPatterns,
    // final messages: PDM reports neither responses of indexes nor differing hashes
    { code: "PACKAGES_UNKNOWN", pattern: /Please make sure the package name is correct/ },
    { code: "PACKAGES_DEPENDENCIES_CONFLICT", pattern: /Unable to find a resolution/ },
    { code: "PACKAGES_UNKNOWN", pattern: /Unable to find candidates for|No candidate is found for/ },
    { code: "PACKAGES_LOCKFILE_OUT_OF_SYNC", pattern: /Lockfile doesn't satisfy the project requirements/ },
    ...lastPatterns,
  ],
  fallback: "PACKAGES_INSTALL_FAILED",
  placeholders: {
    MANAGER: "PDM",
    LOCKFILE: "pdm.lock",
    MANIFEST: "pyproject.toml",
    LOCK: "pdm lock",
    INDEX: "[[tool.pdm.source]]",
    TOOL_VERSION: "BP_PDM_VERSION",
    UNPACKAGED: "write distribution = false into [tool.pdm] of pyproject.toml",
    ...names,
  },
};

/** The recognized failures of all tools that install packages. */
export const managerFailures: Readonly<Record<ManagerName, ToolFailures>> = {
  pip: pipFailures,
  uv: uvFailures,
  poetry: poetryFailures,
  pipenv: pipenvFailures,
  pdm: pdmFailures,
};
