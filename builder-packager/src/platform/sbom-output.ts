import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";

/**
 * Copies the SBOMs of a build to `sbom/` in a directory, like `pack build --sbom-output-dir`.
 * Throws OUTPUT_UNWRITABLE.
 */
export async function writeSboms(from: string, dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
    await cp(from, join(dir, "sbom"), { recursive: true, force: true, mode: 0 });
  } catch (cause) {
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot write SBOMs to ${dir}`, {
      cause,
      hint: "Pass a directory that you can write to with --sbom-output-dir.",
    });
  }
}
