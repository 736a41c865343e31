import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Python, Venv } from "../package-manager.ts";
import { hasPackages } from "./packages-file.ts";

/** Why a kept environment cannot be used although nothing has changed; `undefined` when it can. */
export function damageOf({ dir, python: link, sitePackages }: Venv, python: Python): string | undefined {
  if (!existsSync(sitePackages) || !existsSync(join(dir, "pyvenv.cfg")) || !hasPackages(dir)) return "damaged";
  return existsSync(link) && realpathSync(link) === realpathSync(python.path) ? undefined : "for another Python";
}
