import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { LibcnbError } from "../errors.ts";
import { hasCode } from "./files/read.ts";

/**
 * Reads a program of the buildpack, by its path relative to the buildpack's directory.
 *
 * @throws LibcnbError EXEC_D_INVALID
 */
export async function readProgram(buildpackDir: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(buildpackDir, file));
  } catch (error) {
    if (!hasCode(error, "ENOENT", "ENOTDIR", "EISDIR", "EACCES")) throw error;
    throw new LibcnbError("EXEC_D_INVALID", `the exec.d program ${JSON.stringify(file)} cannot be read`, {
      cause: error,
      hint: "Name a file that is packaged with the buildpack, by its path relative to buildpack.toml.",
    });
  }
}

/** The digest of a file's contents, `sha256:…`. */
export function digestOf(contents: Uint8Array): string {
  return `sha256:${createHash("sha256").update(contents).digest("hex")}`;
}
