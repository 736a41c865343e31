import { ScaffoldError } from "../errors.ts";

/**
 * The supported licenses. With `none`, the project contains no license text, for code that is not
 * published.
 */
export const licenses = ["MIT", "Apache-2.0", "BSD-3-Clause", "none"] as const;

export type License = (typeof licenses)[number];

/**
 * Returns the licence with an SPDX id, ignoring upper and lower case.
 *
 * @throws ScaffoldError ARGUMENT_INVALID
 */
export function checkLicense(text: string): License {
  const found = licenses.find((each) => each.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw new ScaffoldError("ARGUMENT_INVALID", `the licence ${JSON.stringify(text)} is not supported`, {
    hint: `Use one of ${licenses.join(", ")}. For another licence, use "none", and add the licence file yourself.`,
  });
}
