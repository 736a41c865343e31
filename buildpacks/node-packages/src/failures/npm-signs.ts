import type { FailureId } from "./catalogue.ts";
import type { Sign } from "./sign.ts";

const code = (codes: string): RegExp => new RegExp(`npm (?:ERR!|error) code (?:${codes})\\b|"code": ?"(?:${codes})"`);

const codes: readonly (readonly [codes: string, id: FailureId])[] = [
  ["EINTEGRITY", "PACKAGES_INTEGRITY_MISMATCH"],
  ["ERESOLVE", "PACKAGES_DEPENDENCIES_CONFLICT"],
  ["EBADENGINE|EBADDEVENGINES", "PACKAGES_ENGINE_UNSUITABLE"],
  ["EBADPLATFORM", "PACKAGES_PLATFORM_UNSUITABLE"],
  ["E401|E403|ENEEDAUTH|EOTP", "PACKAGES_REGISTRY_DENIED"],
  ["E404|ETARGET|ENOVERSIONS", "PACKAGES_UNKNOWN"],
  ["E429|E5\\d\\d", "PACKAGES_REGISTRY_FAILED"],
  ["ENOTCACHED", "PACKAGES_OFFLINE_MISSING"],
  ["EINVALIDPACKAGENAME|EINVALIDTAGNAME", "PACKAGES_NAME_INVALID"],
  ["EUNSUPPORTEDPROTOCOL", "PACKAGES_PROTOCOL_UNKNOWN"],
  ["EWORKSPACESCONFIG|EDUPLICATEWORKSPACE|ENOWORKSPACES", "PACKAGES_WORKSPACE_UNKNOWN"],
  ["EALLOW(?:GIT|REMOTE|FILE|DIRECTORY)", "PACKAGES_SOURCE_FORBIDDEN"],
  ["ESTRICTALLOWSCRIPTS", "PACKAGES_SCRIPTS_UNAPPROVED"],
  ["EJSONPARSE|EPACKAGEJSON", "PACKAGES_FILE_INVALID"],
];

/** @see https://docs.npmjs.com/cli/v11/using-npm/logging */
export const npmSigns: readonly Sign[] = [
  [
    /(?:npm (?:ERR!|error) )(?:Missing|Invalid): .+ (?:from|does not satisfy)|are in sync\./,
    "PACKAGES_LOCKFILE_OUT_OF_SYNC",
  ],
  [/No matching version found for .* with a date before/, "PACKAGES_POLICY_VIOLATED"],
  ...codes.map(([names, id]): Sign => [code(names), id]),
  [/npm (?:ERR!|error) command failed\b/, "PACKAGES_SCRIPT_FAILED"],
];
