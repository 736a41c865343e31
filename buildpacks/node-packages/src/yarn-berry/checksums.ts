import { existsSync, readFileSync } from "node:fs";
import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../package-manager.ts";
import { parseLockfile, textAt } from "../yarn/lockfile-text.ts";

/**
 * Digests of the archives by locator, as a subresource integrity. They belong to the zip files that
 * Yarn creates and PnP runs from, not to a registry's files, so they are only useful in an image
 * with these files.
 */
export async function integritiesIn({ app, dirs }: Project): Promise<ReadonlyMap<string, string>> {
  const path = app.path(inDir(dirs.root, "yarn.lock"));
  const entries = existsSync(path) ? Object.values(parseLockfile(readFileSync(path, "utf8"))) : [];
  const found = entries.flatMap((entry) => {
    if (typeof entry === "string") return [];
    const [, hex = ""] = /^(?:[^/]*\/)?([0-9a-f]{128})$/.exec(textAt(entry, "checksum") ?? "") ?? [];
    const locator = textAt(entry, "resolution");
    return locator === undefined || hex === ""
      ? []
      : [[locator, `sha512-${Buffer.from(hex, "hex").toString("base64")}`] as const];
  });
  return new Map(found);
}
