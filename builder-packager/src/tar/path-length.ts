import { CnbError } from "../errors.ts";
import { inTurns } from "../turns.ts";

/**
 * Runs `walk`, which visits the tree `dir` by path and yields for signals and timers. A process can
 * nest directories deeper than any path reaches, by changing into each of them. Such a tree is
 * refused with its name.
 *
 * @throws CnbError PATH_TOO_LONG; the reason of `signal`
 */
export async function walkByPath<Result>(
  dir: string,
  walk: Generator<unknown, Result>,
  signal?: AbortSignal,
): Promise<Result> {
  try {
    return await inTurns(walk, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENAMETOOLONG") throw error; // of no use as a cause: it names the whole path
    throw new CnbError("PATH_TOO_LONG", `${dir} holds paths of more than 4096 bytes`);
  }
}
