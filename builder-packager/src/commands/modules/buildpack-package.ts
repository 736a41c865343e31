import { type Command, InvalidArgumentError } from "commander";
import { addListed } from "../flags/listed-values.ts";
import { nounOf } from "../tree/noun.ts";
import { registerPackage } from "./package-module.ts";

/** `cnb buildpack package [DIR]`: packages a buildpack as an image for builders. */
export function register(program: Command): void {
  registerPackage(nounOf(program, "buildpack"), "buildpack")
    .option("--flatten", "put all buildpacks of the package into one layer")
    .option("--no-flatten", "give each buildpack its own layer and executable")
    .option("-e, --flatten-exclude <id@version>", "a buildpack to keep in a separate layer (repeatable)", addExcluded);
}

function addExcluded(text: string, before?: readonly string[]): readonly string[] {
  const all = addListed(text, before);
  if (all.every((key) => /^[^@]+@[^@]+$/.test(key))) return all;
  throw new InvalidArgumentError("Use ID@VERSION.");
}
