import { join } from "node:path";
import type { Python, Venv } from "../package-manager.ts";

/** Returns the paths in a virtual environment, which may not exist. */
export function venvAt(dir: string, { version }: Pick<Python, "version">): Venv {
  const [major, minor] = version.split(".");
  return {
    dir,
    python: join(dir, "bin/python"),
    sitePackages: join(dir, `lib/python${major}.${minor}/site-packages`),
  };
}
