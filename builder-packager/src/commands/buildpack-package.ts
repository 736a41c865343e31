import type { Command } from "commander";
import { nounOf } from "./new-project.ts";
import { registerPackage } from "./package-module.ts";

/** `cnb buildpack package [DIR]`: a buildpack as an image that can be put into builders. */
export function register(program: Command): void {
  registerPackage(nounOf(program, "buildpack"), "buildpack").option(
    "--no-flatten",
    "give each buildpack its own layer and executable, for tools that split packages",
  );
}
