import type { FailurePattern } from "@libcnb/app-kit/failures/explain-failure";
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
export const pipFailures: ToolFailures = {
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
export const pipenvFailures: ToolFailures = {
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
