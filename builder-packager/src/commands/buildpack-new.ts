import type { Command } from "commander";
import { nounOf, registerNew } from "./new-project.ts";

/** `cnb buildpack new ID`: a project with a buildpack in it. */
export function register(program: Command): void {
  registerNew(nounOf(program, "buildpack").description("create, package and inspect buildpacks"), "buildpack");
}
