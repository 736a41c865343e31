import { readFileSync } from "node:fs";

/** The version of this package, as images record it in `createdBy`. */
export const packageVersion: string = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
).version;
