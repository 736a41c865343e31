import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { asPattern, largeFolders, type SizedEntry } from "@libcnb/app-kit/keep/large-folders";
import type { App } from "libcnb";

/** Each large folder of the app, such as models or pictures: a change of code moves none of them. */
export const slicesOf = (app: App, dir: string): readonly (readonly string[])[] =>
  largeFolders(filesIn(app.dir), [...new Set(["", dir])], []).map((folder) => [asPattern(folder)]);

function filesIn(root: string, dir = ""): readonly SizedEntry[] {
  return readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return filesIn(root, path);
    return entry.isFile() ? [{ path, size: statSync(join(root, path)).size }] : [];
  });
}
