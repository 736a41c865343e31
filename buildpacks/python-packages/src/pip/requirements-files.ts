import { readFile } from "node:fs/promises";
import { type App, LibcnbError } from "libcnb";
import { requirementsIn } from "../choice/choose.ts";
import type { ProjectSource } from "../package-manager.ts";

/**
 * Returns the requirements files to install: those in BP_PIP_REQUIREMENT, or else the file that the
 * choice of the tool found. Returns an empty list if the project itself is installed.
 */
export function requirementsOf({ choice, settings }: Pick<ProjectSource, "choice" | "settings">): readonly string[] {
  const asked = requirementsIn(settings);
  return asked.length > 0 || choice.lockfile === undefined ? asked : [choice.lockfile];
}

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

/**
 * True if a file has the name of a standard lockfile (PEP 751): `pylock.toml` or
 * `pylock.<name>.toml`.
 */
export const isPylock = (name: string): boolean => /(^|\/)pylock(\.[^/]+)?\.toml$/.test(name);
