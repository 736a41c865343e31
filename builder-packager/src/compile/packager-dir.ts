import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Returns the packager's directory. The search starts at this module, which is in `src/compile` or
 * `dist/compile`, or in `dist` if it is part of the bundled command.
 */
export const packagerDir = (): string => nearest(import.meta.dirname);

function nearest(from: string): string {
  if (existsSync(join(from, "package.json"))) return realpathSync(from);
  if (dirname(from) === from)
    throw new Error(`cannot find the package.json of cnb in ${import.meta.dirname} or a parent directory`);
  return nearest(dirname(from));
}
