import type { Sign } from "@libcnb/app-kit/failures/sign";
import type { FailureId } from "./catalogue.ts";

/** Words of pip, and of Pipenv, which has a pip in it and breaks its lines. */
export const pipSigns: readonly Sign<FailureId>[] = [
  [/DO NOT MATCH THE HASHES/, "PACKAGES_INTEGRITY_MISMATCH"],
  [
    /Hashes are required in --require-hashes mode|Can't verify hashes for these requirements|must have their versions pinned with ==/,
    "PACKAGES_HASHES_INCOMPLETE",
  ],
  [
    /Could not open (?:requirements|constraint) file|looks like a filename, but the file does not exist|is not a valid editable requirement|It looks like a path\. File '[^']*' does not exist|OSError: \[Errno 2\]|is not installable\. Neither/,
    "PACKAGES_FILE_MISSING",
  ],
  [
    /Invalid requirement: |no such option: |Invalid wheel filename|TOMLDecodeError|UnicodeDecodeError/,
    "PACKAGES_FILE_INVALID",
  ],
  [/requires a different Python|that require a different python version/, "PACKAGES_PYTHON_UNSUITABLE"],
  [/is not a supported wheel on this platform/, "PACKAGES_PLATFORM_UNSUITABLE"],
  [
    /Wheel '[^']*' located at \S+ is invalid|BadZipFile|has an invalid wheel|File is not a zip file/,
    "PACKAGES_ARCHIVE_INVALID",
  ],
];

/** pip's final messages, even if the index was unreachable. */
export const pipLastSigns: readonly Sign<FailureId>[] = [
  [
    /because these package versions have conflicting|Double requirement given|ResolutionImpossible/,
    "PACKAGES_DEPENDENCIES_CONFLICT",
  ],
  [/No matching distribution found|Could not find a version that satisfies/, "PACKAGES_UNKNOWN"],
];

/** @see https://pipenv.pypa.io */
export const pipenvSigns: readonly Sign<FailureId>[] = [
  [/Failed to load lockfile at|Your lockfile is corrupt/, "PACKAGES_LOCKFILE_INVALID"],
  [/Your Pipfile\.lock \(\w+\) is out of date/, "PACKAGES_LOCKFILE_OUT_OF_SYNC"],
  [/Pipfile\.lock not found!/, "PACKAGES_LOCKFILE_MISSING"],
  [/Unable to find \S+ in sources/, "PACKAGES_SETTINGS_INVALID"],
  [/Aborting deploy/, "PACKAGES_PYTHON_UNSUITABLE"], // the other reason, having said: Your Pipfile requires "python_version"
  [/does not support item access|tomlkit\.exceptions\.\w+/, "PACKAGES_FILE_INVALID"],
  ...pipSigns,
];
