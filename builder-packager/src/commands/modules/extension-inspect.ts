import type { Command } from "commander";
import { registerInspect } from "./package-inspect.ts";

/** `cnb extension inspect`: shows the contents of an image extension or its package. */
export const register = (program: Command): void => registerInspect(program, "extension");
