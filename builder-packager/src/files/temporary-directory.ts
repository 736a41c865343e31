import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { CnbError } from "../errors.ts";

/**
 * Makes a directory of this process alone in the temporary directory and returns its absolute path, also where TMPDIR is a
 * relative one.
 *
 * @throws CnbError OUTPUT_UNWRITABLE
 */
export function makeTemporaryDirectory(prefix: string): string {
  const parent = resolve(tmpdir());
  try {
    return mkdtempSync(resolve(parent, prefix));
  } catch (cause) {
    throw new CnbError("OUTPUT_UNWRITABLE", `no temporary directory can be made in ${parent}`, {
      cause,
      hint: "Set TMPDIR to a directory that exists and that you can write.",
    });
  }
}
