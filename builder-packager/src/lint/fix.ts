import { realpath, rename, stat, writeFile } from "node:fs/promises";
import { CnbError } from "../errors.ts";
import { applyEdits } from "./edits.ts";
import type { LintResult } from "./lint.ts";

/**
 * Corrects the findings that have a safe correction. A file is replaced as a whole. If the path of
 * the file is a link, the link is kept and its target is replaced.
 *
 * @returns the number of corrected findings
 * @throws CnbError OUTPUT_UNWRITABLE
 */
export async function fix({ findings, texts }: LintResult): Promise<number> {
  const fixable = findings.filter(({ edits, suppressed }) => edits.length > 0 && suppressed === undefined);
  for (const [file, list] of Map.groupBy(fixable, (finding) => finding.file)) {
    const text = texts.get(file) ?? "";
    const fixed = applyEdits(
      text,
      list.flatMap(({ edits }) => edits),
    );
    if (fixed !== text) await replace(file, fixed);
  }
  return fixable.length;
}

async function replace(file: string, text: string): Promise<void> {
  try {
    const target = await realpath(file);
    const temporary = `${target}.${process.pid}.partial`;
    await writeFile(temporary, text, { flag: "wx", mode: (await stat(target)).mode & 0o777 });
    await rename(temporary, target);
  } catch (cause) {
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot write ${file}`, {
      cause,
      hint: "Check that you have permission to write the file and its directory.",
    });
  }
}
