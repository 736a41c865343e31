import type { Python } from "../package-manager.ts";

/**
 * The command of the runtime's pip. With -I, a file of the app cannot shadow a module that pip
 * needs.
 */
export const pipCommand = ({ path }: Python): [string, ...string[]] => [path, "-I", "-m", "pip"];
