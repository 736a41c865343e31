import type { Python } from "../package-manager.ts";

/**
 * Returns the command of the runtime's pip. With -I, a file of the app cannot replace a module that
 * pip imports.
 */
export const pipCommand = ({ path }: Python): [string, ...string[]] => [path, "-I", "-m", "pip"];
