import type { Command } from "commander";
import { nounOf, registerNew } from "./new-project.ts";

/** `cnb extension new ID`: a project with an image extension in it. */
export function register(program: Command): void {
  registerNew(nounOf(program, "extension").description("create, package and inspect image extensions"), "extension");
}
