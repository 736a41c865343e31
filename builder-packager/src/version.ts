import { readFileSync } from "node:fs";

/** The version of this package, which builders record in their metadata. */
export const packageVersion: string = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;
