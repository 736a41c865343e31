import type { Sign } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** Messages of uv. */
export const uvSigns: readonly Sign<FailureId>[] = [
  [/lockfile at `[^`]*` needs to be updated/, "PACKAGES_LOCKFILE_OUT_OF_SYNC"],
  [/Unable to find lockfile at/, "PACKAGES_LOCKFILE_MISSING"],
  [/uses an unsupported schema version/, "PACKAGES_LOCKFILE_UNSUITABLE"],
  [/Failed to parse:? `?[^\s`]*uv\.lock/, "PACKAGES_LOCKFILE_INVALID"],
  [/Hash mismatch for `/, "PACKAGES_INTEGRITY_MISMATCH"],
  [/Required uv version `/, "PACKAGES_MANAGER_OTHER"],
  [/Group `[^`]*` is not defined/, "PYTHON_GROUP_UNKNOWN"],
  [/Extra `[^`]*` is not defined/, "PYTHON_EXTRA_UNKNOWN"],
  [
    /references a workspace in `tool\.uv\.sources`|is not a workspace member|Workspace member `[^`]*` is missing/,
    "PACKAGES_WORKSPACE_UNKNOWN",
  ],
  [/Distribution not found at: file:/, "PACKAGES_FILE_MISSING"],
  [
    /incompatible with the project's Python requirement|requested Python version \([^)]*\) does not satisfy|No interpreter found for/,
    "PACKAGES_PYTHON_UNSUITABLE",
  ],
  [
    /doesn't have a source distribution or wheel for the current platform|has no wheels with a matching/,
    "PACKAGES_PLATFORM_UNSUITABLE",
  ],
  [/has an invalid package format|Failed to extract archive|Failed to read from zip/, "PACKAGES_ARCHIVE_INVALID"],
  [/network was disabled|network connectivity is disabled/i, "PACKAGES_OFFLINE_MISSING"],
];

/** uv's final messages, even if an index was unreachable. */
export const uvLastSigns: readonly Sign<FailureId>[] = [
  [/was not found in the (?:package registry|provided)|there (?:is|are) no versions? of/, "PACKAGES_UNKNOWN"],
  [/requirements are unsatisfiable/, "PACKAGES_DEPENDENCIES_CONFLICT"],
  [/Failed to parse:? `?[^\s`]*pyproject\.toml/, "PACKAGES_FILE_INVALID"],
];
