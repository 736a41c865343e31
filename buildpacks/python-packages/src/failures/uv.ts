import { catalogue, type ToolFailures } from "./catalogue.ts";
import { commonPatterns, firstPatterns, lastPatterns, names } from "./common.ts";

/** The failure table of uv: patterns of its output and values for placeholders. */
export const uvFailures: ToolFailures = {
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
