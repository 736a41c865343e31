import type { Command } from "commander";
import { nounOf } from "../tree/noun.ts";
import { registerPackage } from "./package-module.ts";

/** `cnb extension package [DIR]`: packages an image extension as an image for builders. */
export function register(program: Command): void {
  registerPackage(nounOf(program, "extension"), "extension");
}
