import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Python, Venv } from "../package-manager.ts";
import { missingLink } from "./links.ts";
import { hasPackages } from "./packages-file.ts";

/** The reason why a cached environment cannot be used despite equal inputs; `undefined` if it can. */
export function damageOf({ dir, python: link, sitePackages }: Venv, python: Python): string | undefined {
  if (!existsSync(sitePackages) || !existsSync(join(dir, "pyvenv.cfg")) || !hasPackages(dir)) return "damaged";
  if (!existsSync(link) || realpathSync(link) !== realpathSync(python.path)) return "for another Python";
  const missing = missingLink(sitePackages);
  return missing && `it leads to ${missing}, which is gone`;
}
