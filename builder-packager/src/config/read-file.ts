import { createReadStream } from "node:fs";
import { limits } from "../limits.ts";

/**
 * Functions that create the errors for an unusable file. `reason` completes a sentence that begins
 * with "it".
 */
export interface Refusal {
  readonly unreadable: (reason: string, cause: NodeJS.ErrnoException) => Error;
  readonly tooLarge: (reason: string) => Error;
}

/**
 * Reads a configuration file, which may be a pipe. The default limit is 1 MiB, because a larger
 * file is unlikely to be written by hand. The function never reads more than the limit, because
 * devices can be endless.
 *
 * @example
 * `await readConfigFile("builder.toml", { unreadable: (reason, cause) => …, tooLarge: (reason) => … })`
 */
export async function readConfigFile(
  file: string,
  refusal: Refusal,
  most: number = limits.configFile.most,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(file, { end: most })) chunks.push(chunk);
  } catch (cause) {
    throw refusal.unreadable(reasonOf(cause as NodeJS.ErrnoException), cause as NodeJS.ErrnoException);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length > most) throw refusal.tooLarge(`is larger than ${most / 1024 ** 2} MiB`);
  return bytes;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EISDIR: "it is a directory",
  ENOENT: "there is no such file",
  ENOTDIR: "a part of the path is not a directory",
};

const reasonOf = ({ code = "", message }: NodeJS.ErrnoException): string => reasons[code] ?? message;
