import type { Sign } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** Words of PDM. */
export const pdmSigns: readonly Sign<FailureId>[] = [
  [/\[ProjectError\]: Lockfile does not exist/, "PACKAGES_LOCKFILE_MISSING"],
  [/Please run `pdm lock` to update the lock file/, "PACKAGES_LOCKFILE_OUT_OF_SYNC"],
  [/\[NoPythonVersion\]|requires-python conflict/, "PACKAGES_PYTHON_UNSUITABLE"],
  [
    /\bTOMLDecodeError\b|\[InvalidRequirement\]|\[RequirementError\]|\[ProjectValidationError\]|PyprojectError/,
    "PACKAGES_FILE_INVALID",
  ],
  [/HashMismatchError/, "PACKAGES_INTEGRITY_MISMATCH"],
  [/BadZipFile|File is not a zip file/, "PACKAGES_ARCHIVE_INVALID"],
];

/** PDM's final messages; it reports neither responses of indexes nor differing hashes. */
export const pdmLastSigns: readonly Sign<FailureId>[] = [
  [/Please make sure the package name is correct/, "PACKAGES_UNKNOWN"],
  [/Unable to find a resolution/, "PACKAGES_DEPENDENCIES_CONFLICT"],
  [/Unable to find candidates for|No candidate is found for/, "PACKAGES_UNKNOWN"],
  [/Lockfile doesn't satisfy the project requirements/, "PACKAGES_LOCKFILE_OUT_OF_SYNC"],
];
