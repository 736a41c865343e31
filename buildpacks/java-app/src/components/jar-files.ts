import { opendir } from "node:fs/promises";
import { join } from "node:path";

// far above any app
const maxEntries = 500_000;

/** The jars and wars below a directory, as sorted paths relative to it. Links are not followed. */
export async function jarFilesIn(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [""];
  let left = maxEntries;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of await opendir(join(root, folder))) {
      left -= 1;
      if (left < 0) return files.toSorted();
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && isJar(entry.name)) files.push(path);
    }
  }
  return files.toSorted();
}

/** True for a jar or war, except jars with sources or documentation. */
export const isJar = (name: string): boolean =>
  /\.(?:jar|war)$/i.test(name) && !/-(?:sources|javadoc)\.jar$/i.test(name);
