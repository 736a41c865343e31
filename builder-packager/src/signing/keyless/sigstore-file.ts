import { readConfigFile } from "../../config/read-file.ts";
import { CnbError } from "../../errors.ts";

/** Creates the error for a file of sigstore that cannot be used. */
export const sigstoreInvalid = (what: string, where: string, reason: string, cause?: unknown): CnbError =>
  new CnbError("SIGSTORE_FILE_INVALID", `cannot use the ${what} ${where}: ${reason}`, {
    cause,
    hint: "cosign trusted-root create and cosign signing-config create write the files of an instance of sigstore.",
  });

/**
 * Reads a JSON file that describes an instance of sigstore.
 *
 * @param what the kind of the file for errors, for example "trusted root"
 * @throws CnbError SIGSTORE_FILE_INVALID
 */
export async function readSigstoreFile(file: string, what: string): Promise<unknown> {
  const refusal = (reason: string) => sigstoreInvalid(what, file, reason);
  const bytes = await readConfigFile(file, { unreadable: refusal, tooLarge: refusal });
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch (cause) {
    throw sigstoreInvalid(what, file, "it is not JSON", cause);
  }
}
