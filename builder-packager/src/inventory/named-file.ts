import { realpath } from "node:fs/promises";
import { ForeignFileTooLarge, readForeignFile } from "../files/foreign-file.ts";
import { limits } from "../limits.ts";

/**
 * Reads a file of at most 1 MiB that the user or an inventory names. Symbolic links are followed.
 * Named pipes and devices are refused.
 *
 * @param refusal creates the error for an unusable file; `reason` completes a sentence that begins
 * with "it"
 */
export async function readNamedFile(path: string, refusal: (reason: string) => Error): Promise<Uint8Array> {
  try {
    const bytes = await readForeignFile(await realpath(path).catch(() => path), limits.configFile.most);
    if (bytes !== undefined) return bytes;
  } catch (error) {
    if (!(error instanceof ForeignFileTooLarge)) throw error;
    throw refusal("is larger than 1 MiB");
  }
  throw refusal("does not exist, is not a regular file, or permission is denied");
}
