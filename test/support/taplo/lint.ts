import { createRequire } from "node:module";
import { execute, type Outcome } from "../cnb.ts";

const program = createRequire(import.meta.url).resolve("@taplo/cli/dist/cli.js");

/** Runs `taplo lint` on files, each of which names its schema, without a file of settings. */
export const taploLint = (files: readonly string[]): Promise<Outcome> =>
  // not the directory of the files: paths of schemas are relative to the file
  execute(process.execPath, [program, "lint", "--no-auto-config", ...files], { cwd: "/" });
