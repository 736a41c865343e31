import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./cnb.ts";

/** The directories of buildpacks that have a program, so those but composites. */
export const buildpackFolders: readonly string[] = readdirSync(join(root, "buildpacks")).filter((name) =>
  existsSync(join(root, "buildpacks", name, "src/buildpack.ts")),
);
