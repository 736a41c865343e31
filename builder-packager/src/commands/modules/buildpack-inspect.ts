import type { Command } from "commander";
import { registerInspect } from "./package-inspect.ts";

/** `cnb buildpack inspect`: shows the contents of a buildpack or its package. */
export const register = (program: Command): void => registerInspect(program, "buildpack");
