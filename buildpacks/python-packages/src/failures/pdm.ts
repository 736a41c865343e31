import { catalogue, type ToolFailures } from "./catalogue.ts";
import { commonPatterns, firstPatterns, lastPatterns, names } from "./common.ts";

/** The failure table of PDM: patterns of its output and values for placeholders. */
export const pdmFailures: ToolFailures = {
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
