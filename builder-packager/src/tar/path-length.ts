import { CnbError } from "../errors.ts";
import { inTurns } from "../turns.ts";

/**
 * Runs `walk`, which visits the tree `dir` by path. The walk pauses regularly, so that signals and
 * timers are handled. A program can create directories that are nested more deeply than any path
 * can express, by changing into each one. Such a tree is refused.
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
    throw new CnbError("PATH_TOO_LONG", `${dir} contains paths of more than 4095 bytes`);
  }
}
