import type { Command } from "commander";
import { nounOf } from "../tree/noun.ts";
import { registerNew } from "./new-project.ts";

/** `cnb extension new ID`: creates a project with an image extension. */
export function register(program: Command): void {
  registerNew(nounOf(program, "extension").description("create, package and inspect image extensions"), "extension");
}
