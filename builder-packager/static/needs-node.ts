import { CnbError } from "../src/errors.ts";
import { packageVersion } from "../src/version.ts";

/**
 * Creates the error for something that the static program does not do.
 *
 * @param alternative a sentence about another way
 */
export const needsNode = (subject: string, alternative?: string): CnbError =>
  new CnbError("NODE_REQUIRED", `${subject} needs Node.js, which the static program does not contain`, {
    hint: [
      `Install the npm package @libcnb/packager, whose cnb has all commands: npm install --global @libcnb/packager@${packageVersion}.`,
      ...(alternative === undefined ? [] : [alternative]),
    ].join(" "),
  });
