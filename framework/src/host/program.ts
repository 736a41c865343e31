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
 * Reads the program that the packager compiled from `src/exec.d/NAME.ts`. The program is the file
 * `exec.d/NAME`. If a package has several programs, each consists of ranges of the shared file
 * `exec.d/_shared` instead.
 *
 * @throws LibcnbError EXEC_D_NOT_COMPILED, EXEC_D_INVALID
 */
export async function readCompiled(buildpackDir: string, name: string): Promise<Uint8Array> {
  const dir = join(buildpackDir, "exec.d");
  const whole = await readIfPresent(join(dir, name));
  if (whole !== undefined) return whole;
  const ranges = await readIfPresent(join(dir, `_${name}.json`));
  if (ranges !== undefined) return assembled(name, ranges, await readIfPresent(join(dir, "_shared")));
  const names = (await entriesOf(dir)).flatMap((entry) => programOf(entry.name) ?? []);
  throw notCompiled(name, names);
}

async function readIfPresent(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (cause) {
    if (hasCode(cause, "ENOENT", "ENOTDIR", "EISDIR")) return undefined;
    throw cause;
  }
}

/** The program to which a file in the directory `exec.d` of a package belongs. */
function programOf(file: string): string | undefined {
  if (file === "LICENSES.txt" || file === "_shared") return undefined;
  return /^_(.+)\.json$/.exec(file)?.[1] ?? file;
}

/** The ranges of `exec.d/_shared` that form a program, as offsets and lengths, and its digest. */
interface ProgramRanges {
  readonly sha256: string;
  readonly ranges: readonly (readonly [offset: number, length: number])[];
}

function assembled(name: string, text: Uint8Array, shared: Uint8Array = new Uint8Array()): Uint8Array {
  const { sha256, ranges } = JSON.parse(Buffer.from(text).toString()) as ProgramRanges;
  const program = Buffer.concat(ranges.map(([offset, length]) => shared.subarray(offset, offset + length)));
  if (digestOf(program) === `sha256:${sha256}`) return program;
  throw new LibcnbError("EXEC_D_INVALID", `the exec.d program ${JSON.stringify(name)} is damaged`, {
    cause: `its parts in exec.d/_shared have the digest ${digestOf(program)} instead of sha256:${sha256}`,
    hint: "Package the buildpack again with cnb buildpack package.",
  });
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

/** Computes the digest of a file's contents: `sha256:…`. */
export function digestOf(contents: Uint8Array): string {
  return `sha256:${createHash("sha256").update(contents).digest("hex")}`;
}
