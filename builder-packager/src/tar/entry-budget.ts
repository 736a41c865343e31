import { CnbError } from "../errors.ts";
import { limits } from "../limits.ts";

/**
 * The remaining entries of a directory that becomes a layer, all of which are in memory while it is
 * written.
 */
export class EntryBudget {
  readonly #dir: string;
  #entries: number = limits.layerFiles.most;
  #pathBytes: number = limits.layerPaths.most;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Counts one file, link or directory. @throws CnbError TAR_TOO_LARGE */
  take(path: string): void {
    this.#entries -= 1;
    this.#pathBytes -= path.length;
    if (this.#entries < 0) throw this.#tooLarge(`more than ${limits.layerFiles.most} files`);
    if (this.#pathBytes < 0) throw this.#tooLarge(`paths of more than ${limits.layerPaths.most} bytes together`);
  }

  #tooLarge(what: string): CnbError {
    return new CnbError("TAR_TOO_LARGE", `${this.#dir} has ${what}, too many for a layer`, {
      hint: "Exclude directories that the image does not need, for an app by [build] exclude in project.toml.",
    });
  }
}
