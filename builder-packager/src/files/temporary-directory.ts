import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { CnbError } from "../errors.ts";

/**
 * Creates a private directory in the temporary directory. Returns its absolute path, even if TMPDIR
 * is relative.
 *
 * @throws CnbError OUTPUT_UNWRITABLE
 */
export function makeTemporaryDirectory(prefix: string): string {
  const parent = resolve(tmpdir());
  try {
    return mkdtempSync(resolve(parent, prefix));
  } catch (cause) {
    throw new CnbError("OUTPUT_UNWRITABLE", `no temporary directory can be created in ${parent}`, {
      cause,
      hint: "Set TMPDIR to an existing directory that you can write to.",
    });
  }
}
