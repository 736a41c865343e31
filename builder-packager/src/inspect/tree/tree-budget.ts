import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/**
 * The maximum number of nodes in the file trees of one image. An image with every known tool has a
 * third of that number. The limit is necessary because a hostile layer of one megabyte can list
 * more files than fit in memory.
 */
export const maxNodes = limits.listedNodes.most;
/** The limit of the total length of names. Each name may have up to a megabyte. */
const maxNameLength = 256 * 1024 * 1024;
/** The memory that the file trees of one image may still use. */
export class TreeBudget {
  #nodes: number;
  #names = maxNameLength;

  constructor(nodes: number = maxNodes) {
    this.#nodes = nodes;
  }

  /**
   * Counts one more file or directory.
   *
   * @throws CnbError TAR_TOO_LARGE
   */
  take(name: string): void {
    this.#nodes -= 1;
    this.#names -= name.length;
    if (this.#nodes < 0 || this.#names < 0)
      throw new CnbError(
        "TAR_TOO_LARGE",
        `the image cannot be inspected file by file: its layers have more than ${maxNodes} files, or names that are too long`,
        {
          hint: "Without these options, cnb inspect does not read every file: --layers, --files, --html, --lowest-efficiency, --highest-wasted-bytes and --highest-user-wasted-percent.",
        },
      );
  }
}
