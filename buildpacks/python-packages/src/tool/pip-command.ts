import type { Python } from "../package-manager.ts";

/** The pip that comes with the runtime. -I: the app may have a file with the name of a module that pip needs. */
export const pipCommand = ({ path }: Python): [string, ...string[]] => [path, "-I", "-m", "pip"];
