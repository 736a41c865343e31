import { join } from "node:path";
import type { Python, Venv } from "../package-manager.ts";

/** Where things are in a virtual environment, made or not. */
export function venvAt(dir: string, { version }: Pick<Python, "version">): Venv {
  const [major, minor] = version.split(".");
  return {
    dir,
    python: join(dir, "bin/python"),
    sitePackages: join(dir, `lib/python${major}.${minor}/site-packages`),
  };
}
