import { CnbError } from "../errors.ts";

/**
 * Runs `walk`, which visits the tree `dir` by path. A process can nest directories deeper than any path reaches, since it can
 * change into each of them. Such a tree is refused by name.
 *
 * @throws CnbError PATH_TOO_LONG
 */
export function walkByPath<Result>(dir: string, walk: () => Result): Result {
  try {
    return walk();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENAMETOOLONG") throw error; // of no use as a cause: it names the whole path
    throw new CnbError("PATH_TOO_LONG", `${dir} holds paths of more than 4096 bytes`);
  }
}
