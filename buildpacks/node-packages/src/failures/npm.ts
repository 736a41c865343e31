import { catalogue, type ManagerFailures } from "./catalogue.ts";
import { firstPatterns, lastPatterns } from "./common.ts";
import { installNames } from "./names.ts";

/** npm prints its codes in lines, or in JSON with `--json`. */
const npmCode = (codes: string): RegExp =>
  new RegExp(`npm (?:ERR!|error) code (?:${codes})\\b|"code": ?"(?:${codes})"`);

/**
 * The failure table of npm: patterns of its output and values for placeholders. See
 * https://docs.npmjs.com/cli/v11/using-npm/logging
 */
export const npmFailures: ManagerFailures = {
  failures: catalogue,
  patterns: [
    ...firstPatterns,
    {
      code: "PACKAGES_LOCKFILE_OUT_OF_SYNC",
      pattern: /(?:npm (?:ERR!|error) )(?:Missing|Invalid): .+ (?:from|does not satisfy)|are in sync\./,
    },
    { code: "PACKAGES_POLICY_VIOLATED", pattern: /No matching version found for .* with a date before/ },
    // codes
    { code: "PACKAGES_INTEGRITY_MISMATCH", pattern: npmCode("EINTEGRITY") },
    { code: "PACKAGES_DEPENDENCIES_CONFLICT", pattern: npmCode("ERESOLVE") },
    { code: "PACKAGES_ENGINE_UNSUITABLE", pattern: npmCode("EBADENGINE|EBADDEVENGINES") },
    { code: "PACKAGES_PLATFORM_UNSUITABLE", pattern: npmCode("EBADPLATFORM") },
    { code: "PACKAGES_REGISTRY_DENIED", pattern: npmCode("E401|E403|ENEEDAUTH|EOTP") },
    { code: "PACKAGES_UNKNOWN", pattern: npmCode("E404|ETARGET|ENOVERSIONS") },
    { code: "PACKAGES_REGISTRY_FAILED", pattern: npmCode("E429|E5\\d\\d") },
    { code: "PACKAGES_OFFLINE_MISSING", pattern: npmCode("ENOTCACHED") },
    { code: "PACKAGES_NAME_INVALID", pattern: npmCode("EINVALIDPACKAGENAME|EINVALIDTAGNAME") },
    { code: "PACKAGES_PROTOCOL_UNKNOWN", pattern: npmCode("EUNSUPPORTEDPROTOCOL") },
    { code: "PACKAGES_WORKSPACE_UNKNOWN", pattern: npmCode("EWORKSPACESCONFIG|EDUPLICATEWORKSPACE|ENOWORKSPACES") },
    { code: "PACKAGES_SOURCE_FORBIDDEN", pattern: npmCode("EALLOW(?:GIT|REMOTE|FILE|DIRECTORY)") },
    { code: "PACKAGES_SCRIPTS_UNAPPROVED", pattern: npmCode("ESTRICTALLOWSCRIPTS") },
    { code: "PACKAGES_FILE_INVALID", pattern: npmCode("EJSONPARSE|EPACKAGEJSON") },
    { code: "PACKAGES_SCRIPT_FAILED", pattern: /npm (?:ERR!|error) command failed\b/ },
    ...lastPatterns,
  ],
  fallback: "PACKAGES_INSTALL_FAILED",
  placeholders: {
    MANAGER: "npm",
    LOCKFILE: "package-lock.json",
    INSTALL: "npm install",
    ADD_DEV: "npm install --save-dev",
    APPROVE: "npm install-scripts approve",
    ...installNames,
  },
};
