import { codedError } from "../errors.ts";

/**
 * Converts an error message of the engine to the error of Node.js's zlib, or with `isZstandard` of
 * its Zstandard.
 */
export function zlibError(text: string, isZstandard = false): Error {
  const isEnd = text === "unexpected end of file";
  if (isZstandard && !isEnd) {
    return text.includes("BadMagicNumber")
      ? withNumber(codedError(Error, "ZSTD_error_prefix_unknown", "Unknown frame descriptor"), 10)
      : withNumber(codedError(Error, "ZSTD_error_corruption_detected", "Data corruption detected"), 20);
  }
  return isEnd
    ? withNumber(codedError(Error, "Z_BUF_ERROR", text), -5)
    : withNumber(codedError(Error, "Z_DATA_ERROR", text), -3);
}

function withNumber(error: Error, errno: number): Error {
  return Object.assign(error, { errno });
}

export const tooLarge = (limit: number): Error =>
  codedError(RangeError, "ERR_BUFFER_TOO_LARGE", `Cannot create a Buffer larger than ${limit} bytes`);
