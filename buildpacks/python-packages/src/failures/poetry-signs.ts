import type { Sign } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** Words of Poetry. */
export const poetrySigns: readonly Sign<FailureId>[] = [
  [
    /changed significantly since poetry\.lock was last generated|poetry\.lock is not up to date/,
    "PACKAGES_LOCKFILE_OUT_OF_SYNC",
  ],
  [/lock file is not compatible with the current version of Poetry/, "PACKAGES_LOCKFILE_UNSUITABLE"],
  [/did not match any known checksums|not found in known hashes/, "PACKAGES_INTEGRITY_MISMATCH"],
  [/This project requires Poetry |Poetry plugins are required by the project but/, "PACKAGES_MANAGER_OTHER"],
  [/Group\(s\) not found: /, "PYTHON_GROUP_UNKNOWN"],
  [/Extra \[[^\]]*\] is not specified/, "PYTHON_EXTRA_UNKNOWN"],
  [/Path \S+ for \S+ does not exist/, "PACKAGES_FILE_MISSING"],
  [/Current Python version \([^)]*\) is not allowed by the project/, "PACKAGES_PYTHON_UNSUITABLE"],
  [/Invalid TOML file|The Poetry configuration is invalid|The requirement is invalid/, "PACKAGES_FILE_INVALID"],
  [/File is not a zip file/, "PACKAGES_ARCHIVE_INVALID"],
  [/\n(?:Invalid|Expected|Unclosed|Unbalanced|Cannot) [^\n]*\(at line \d+, column \d+\)/, "PACKAGES_LOCKFILE_INVALID"],
];

/** Poetry's final messages, even if an index was unreachable. */
export const poetryLastSigns: readonly Sign<FailureId>[] = [
  // the public index is asked for JSON, which mirrors and proxies in its place seldom have
  [/^Expecting value: line \d+ column \d+ \(char \d+\)/m, "PACKAGES_REGISTRY_FAILED"],
  [/0 candidate\(s\) were identified for the package/, "PACKAGES_UNKNOWN"],
  [/Unable to find installation candidates for/, "PACKAGES_PLATFORM_UNSUITABLE"],
  [/which doesn't match any versions/, "PACKAGES_UNKNOWN"],
  [/version solving failed/, "PACKAGES_DEPENDENCIES_CONFLICT"],
];
