import { readFile } from "node:fs/promises";
import { type App, LibcnbError } from "libcnb";

/**
 * Reads the text of a requirements file. As in pip, a byte order mark determines the encoding:
 * PowerShell writes UTF-16 for `pip freeze > requirements.txt`.
 *
 * @param path the path relative to the app
 * @throws LibcnbError APP_FILE_INVALID
 */
export async function requirementsText(app: App, path: string): Promise<string> {
  try {
    return await app.readText(path);
  } catch (error) {
    const text = isEncodedOtherwise(error) ? inUtf16(await readFile(app.path(path))) : undefined;
    if (text === undefined) throw error;
    return text;
  }
}

// a pipe, or what is too large, must not be read
const isEncodedOtherwise = (error: unknown): boolean =>
  error instanceof LibcnbError && error.code === "APP_FILE_INVALID" && error.cause === "it is not UTF-8";

function inUtf16(bytes: Uint8Array): string | undefined {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  if (mark === 0xfffe) return new TextDecoder("utf-16le").decode(bytes);
  return mark === 0xfeff ? new TextDecoder("utf-16be").decode(bytes) : undefined;
}
