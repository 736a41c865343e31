import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { LibcnbError } from "../errors.ts";
import { entriesOf, hasCode } from "./files/read.ts";

/**
 * Reads a program in the buildpack's directory. The path is relative to that directory.
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
      hint: "Use a readable file that is packaged with the buildpack, with its path relative to buildpack.toml.",
    });
  }
}

/**
 * Reads the program that the packager compiled from `src/exec.d/NAME.ts`.
 *
 * @throws LibcnbError EXEC_D_NOT_COMPILED
 */
export async function readCompiled(buildpackDir: string, name: string): Promise<Uint8Array> {
  const dir = join(buildpackDir, "exec.d");
  try {
    return await readFile(join(dir, name));
  } catch (cause) {
    if (!hasCode(cause, "ENOENT", "ENOTDIR", "EISDIR")) throw cause;
    const others = (await entriesOf(dir)).filter((entry) => entry.isFile() && entry.name !== "LICENSES.txt");
    throw notCompiled(
      name,
      others.map((entry) => entry.name),
    );
  }
}

function notCompiled(name: string, others: readonly string[]): LibcnbError<"EXEC_D_NOT_COMPILED"> {
  const found = others.length > 0 ? `; it has ${others.join(", ")}` : "";
  return new LibcnbError(
    "EXEC_D_NOT_COMPILED",
    `the buildpack's package has no compiled exec.d program ${JSON.stringify(name)}${found}`,
    {
      hint: `Make the definition the default export of src/exec.d/${name}.ts, and package the buildpack with cnb buildpack package.`,
    },
  );
}

/** The digest of a file's contents: `sha256:…`. */
export function digestOf(contents: Uint8Array): string {
  return `sha256:${createHash("sha256").update(contents).digest("hex")}`;
}
