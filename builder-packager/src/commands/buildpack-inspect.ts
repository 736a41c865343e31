import type { Command } from "commander";
import { registerInspect } from "./modules/package-inspect.ts";

/** `cnb buildpack inspect`. */
export const register = (program: Command): void => registerInspect(program, "buildpack");
