import type { Command } from "commander";
import { nounOf } from "../tree/noun.ts";
import { registerNew } from "./new-project.ts";

/** `cnb buildpack new ID`: creates a project with a buildpack. */
export function register(program: Command): void {
  registerNew(nounOf(program, "buildpack").description("create, package and inspect buildpacks"), "buildpack");
}
