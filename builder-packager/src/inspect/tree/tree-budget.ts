import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/**
 * The limit of nodes. An image with every known tool has a third of them; a hostile layer of a
 * megabyte can list more than the memory holds.
 */
export const maxNodes = limits.listedNodes.most;
/** Of all names together: they may have a megabyte each. */
const maxNameLength = 256 * 1024 * 1024;
/** The remaining memory for the file trees of one image. */
export class TreeBudget {
  #nodes: number;
  #names = maxNameLength;

  constructor(nodes: number = maxNodes) {
    this.#nodes = nodes;
  }

  /** Counts one more file or directory. @throws CnbError TAR_TOO_LARGE */
  take(name: string): void {
    this.#nodes -= 1;
    this.#names -= name.length;
    if (this.#nodes < 0 || this.#names < 0)
      throw new CnbError("TAR_TOO_LARGE", "the image has more files than cnb shows in a file tree", {
        hint: "Leave out the options that need file trees: --layers, --files, --html and the limits of waste.",
      });
  }
}
