import { catalogue, type ToolFailures } from "./catalogue.ts";
import { commonPatterns, firstPatterns, lastPatterns, names } from "./common.ts";

/** The failure table of Poetry: patterns of its output and values for placeholders. */
export const poetryFailures: ToolFailures = {
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
