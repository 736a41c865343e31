import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** The remaining work for scanning the layers of the images under one name. */
export class ScanBudget {
  #files: number = limits.checkedFiles.most;
  #bytes: number = limits.checkedBytes.most;

  /**
   * Counts one more file or directory.
   *
   * @throws CnbError TAR_TOO_LARGE
   */
  take(bytes: number): void {
    this.#files -= 1;
    this.#bytes -= bytes;
    if (this.#files >= 0 && this.#bytes >= 0) return;
    const limit =
      this.#files < 0 ? `${limits.checkedFiles.most} files` : `${limits.checkedBytes.most} bytes of unpacked files`;
    throw new CnbError(
      "TAR_TOO_LARGE",
      `the image to check has more than ${limit}, which is too much to search for secrets`,
      {
        hint: 'Use a smaller image, or remove "deny = true" below [secrets] from the policy.',
      },
    );
  }
}
