import { join } from "node:path";
import { readConfigFile } from "../../config/read-file.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";

/** The fields of an author's package.json that decide what is packaged. */
export interface PackageManifest {
  /** The path of the source file with the buildpack (`libcnb.entry`). */
  readonly entry?: string;
  /**
   * `node` if the build must always run on Node.js instead of the small engine (`libcnb.runtime`).
   */
  readonly runtime?: "node";
  readonly exports?: unknown;
}

/**
 * Reads the package.json of a buildpack. Without a package.json, the manifest is empty.
 *
 * @throws CnbError BUILDPACK_INVALID
 */
export async function readManifest(dir: string): Promise<PackageManifest> {
  const file = join(dir, "package.json");
  const text = await readText(file);
  const manifest = text === undefined ? {} : parse(text, file);
  if (!isObject(manifest)) throw invalid(file, "is not a JSON object");
  const { libcnb = {}, exports } = manifest;
  return { ...settingsOf(libcnb, file), exports };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    const bytes = await readConfigFile(file, {
      unreadable: (reason, cause) =>
        cause.code === "ENOENT" || cause.code === "ENOTDIR" ? cause : invalid(file, `cannot be read: ${reason}`),
      tooLarge: (reason) => invalid(file, reason),
    });
    return new TextDecoder().decode(bytes); // without a byte order mark, as npm reads it
  } catch (error) {
    if (error instanceof CnbError) throw error;
    return undefined;
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(file, "is not JSON", cause);
  }
}

function settingsOf(libcnb: unknown, file: string): Pick<PackageManifest, "entry" | "runtime"> {
  if (!isObject(libcnb)) throw invalid(file, "libcnb is not an object", undefined, example);
  const { entry, runtime, ...others } = libcnb;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw invalid(file, `libcnb has the unknown key ${JSON.stringify(unknown)}`, undefined, example);
  if (runtime !== undefined && runtime !== "node")
    throw invalid(
      file,
      `libcnb.runtime is ${JSON.stringify(runtime)}, but only "node" is allowed`,
      undefined,
      'Write "runtime": "node" for a buildpack whose build needs Node.js, or remove the key.',
    );
  if (entry !== undefined && (typeof entry !== "string" || entry === ""))
    throw invalid(file, `libcnb.entry is not the path of a file: ${JSON.stringify(entry)}`, undefined, example);
  return defined({ entry, runtime });
}

const example =
  'Write "libcnb": { "entry": "src/buildpack.ts" } with the path of the file that has the default export.';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const invalid = (
  file: string,
  problem: string,
  cause?: unknown,
  hint = `Correct ${file}.`,
): CnbError<"BUILDPACK_INVALID"> =>
  new CnbError("BUILDPACK_INVALID", `${file}${problem.startsWith("libcnb") ? ":" : ""} ${problem}`, { cause, hint });
