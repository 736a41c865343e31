import { CnbError } from "../errors.ts";
import { limits } from "../limits.ts";

/**
 * The number of entries that may still be added to a tree, and the number of bytes that their paths
 * may still have. Both are limited, because the paths are in memory while the tree is processed.
 */
export interface EntryBudget {
  /**
   * Counts one file, link or directory at `path`.
   *
   * @throws CnbError TAR_TOO_LARGE if the budget is exceeded
   */
  take(path: string): void;
}

/** Creates the entry budget for a directory that becomes a layer. */
export const layerBudget = (dir: string): EntryBudget =>
  budget(dir, limits.layerFiles.most, limits.layerPaths.most, {
    hint: "Exclude directories that the image does not need, for an app with exclude in project.toml.",
  });

/** Creates the entry budget for all layers of an image to unpack. */
export const imageBudget = (): EntryBudget =>
  budget("the image", limits.imageFiles.most, limits.imagePaths.most, {
    hint: "Report it to the maintainer of the image.",
  });

function budget(
  tree: string,
  mostFiles: number,
  mostPathBytes: number,
  advice: { readonly hint: string },
): EntryBudget {
  let [files, pathBytes] = [0, 0];
  const refused = (what: string) => new CnbError("TAR_TOO_LARGE", `${tree} has ${what}`, advice);
  return {
    take(path) {
      files += 1;
      pathBytes += path.length;
      if (files > mostFiles) throw refused(`more than ${mostFiles} files`);
      if (pathBytes > mostPathBytes) throw refused(`paths of more than ${mostPathBytes} bytes together`);
    },
  };
}
