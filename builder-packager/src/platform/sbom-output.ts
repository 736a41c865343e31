import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";

/** Copies the bills of materials of a build to where `pack build --sbom-output-dir` puts them. Throws OUTPUT_UNWRITABLE. */
export async function writeSboms(from: string, dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
    await cp(from, join(dir, "sbom"), { recursive: true, force: true, mode: 0 });
  } catch (cause) {
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot write SBOMs to ${dir}`, {
      cause,
      hint: "Check the folder given with --sbom-output-dir.",
    });
  }
}
