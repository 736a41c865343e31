import { readFileSync } from "node:fs";
import { env } from "node:process";
import type { Defined } from "../unit-detect.ts";

/** What a program finds next to its bin/detect. */
export interface Description {
  /** The id of the buildpack. */
  readonly id: string;
  readonly defined: Defined;
  /** The directory of the operator's variables. */
  readonly operatorDir: string;
}

export const descriptionFile = "bin/description.json";

export const readDescription = (): Description =>
  JSON.parse(readFileSync(`${env["CNB_BUILDPACK_DIR"] ?? env["CNB_EXTENSION_DIR"]}/${descriptionFile}`, "utf8"));
