import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Returns the packager's directory. It is found from `src/compile`, `dist/compile`, or from `dist`,
 * which contains the bundled command.
 */
export const packagerDir = (): string => nearest(import.meta.dirname);

function nearest(from: string): string {
  if (existsSync(join(from, "package.json"))) return realpathSync(from);
  if (dirname(from) === from) throw new Error("cannot find the package.json of cnb");
  return nearest(dirname(from));
}
