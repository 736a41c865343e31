import { ScaffoldError } from "../errors.ts";

/** Licences whose text is written; `none` is for code that stays in the house. */
export const licenses = ["MIT", "Apache-2.0", "BSD-3-Clause", "none"] as const;

export type License = (typeof licenses)[number];

/** The licence of that SPDX id, in any case. @throws ScaffoldError ARGUMENT_INVALID */
export function checkLicense(text: string): License {
  const found = licenses.find((each) => each.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw new ScaffoldError("ARGUMENT_INVALID", `there is no text for the licence ${JSON.stringify(text)}`, {
    hint: `Use one of ${licenses.join(", ")}; for another one use none and add its file.`,
  });
}
