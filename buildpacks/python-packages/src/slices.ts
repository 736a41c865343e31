import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { asPattern, largeFolders, type SizedEntry } from "@libcnb/app-kit/keep/large-folders";
import type { App } from "libcnb";

/** The large directories of the app, such as models or pictures, which a code change then does not affect. */
export const slicesOf = (app: App, dir: string): readonly (readonly string[])[] =>
  largeFolders(filesIn(app.dir), [...new Set(["", dir])], []).map((folder) => [asPattern(folder)]);

function filesIn(root: string, dir = ""): readonly SizedEntry[] {
  return entriesOf(join(root, dir)).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return filesIn(root, path);
    const size = entry.isFile() ? statSync(join(root, path), { throwIfNoEntry: false })?.size : undefined;
    return size === undefined ? [] : [{ path, size }];
  });
}

/** None of a folder whose name is no UTF-8, nor of one that nobody may read: they are in no slice. */
function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}
