import { UserError } from "libcnb";
import type { Settings } from "../settings.ts";

/** An archive with files for Tomcat. */
export interface ExternalConfiguration {
  readonly uri: string;
  readonly sha256: string;
  /** The number of parent directories to strip from its files. */
  readonly strip: number;
}

/**
 * The archive that the user names, if any.
 *
 * @throws UserError TOMCAT_CONFIGURATION_INVALID
 */
export function externalConfiguration({
  BP_TOMCAT_EXT_CONF_URI: uri,
  BP_TOMCAT_EXT_CONF_SHA256: sha256 = "",
  BP_TOMCAT_EXT_CONF_STRIP: strip = "0",
}: Settings): ExternalConfiguration | undefined {
  if (!uri) return undefined;
  if (!URL.canParse(uri) || !/^(https?|file):/.test(uri))
    throw invalid(
      "BP_TOMCAT_EXT_CONF_URI is not an http, https or file address",
      "Write the address of a .tar.gz or .zip.",
    );
  if (!/^[0-9a-f]{64}$/i.test(sha256))
    throw invalid(
      "BP_TOMCAT_EXT_CONF_URI needs BP_TOMCAT_EXT_CONF_SHA256, the SHA-256 of the archive in 64 digits",
      "sha256sum prints it.",
    );
  if (!/^\d$/.test(strip))
    throw invalid("BP_TOMCAT_EXT_CONF_STRIP is not a number from 0 to 9", "Write how many folders stand around conf.");
  return { uri, sha256: sha256.toLowerCase(), strip: Number(strip) };
}

/** Creates the error for a file that is not an archive. */
export const noArchive = (uri: string): UserError =>
  invalid(`BP_TOMCAT_EXT_CONF_URI names no archive: ${uri}`, "Write the address of a .tar.gz or .zip.");

const invalid = (message: string, hint: string) => new UserError("TOMCAT_CONFIGURATION_INVALID", message, { hint });
