import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Argument, type Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { packagerDir } from "../compile/packager-dir.ts";

/** The files with a schema, without `.toml`. */
const kinds = ["buildpack", "extension", "package", "builder", "base", "project", "policy"];

/** `cnb schema KIND`: prints the JSON Schema of KIND.toml. */
export function register(program: Command): void {
  program
    .command("schema")
    .description("print a JSON Schema, with which an editor validates buildpack.toml, builder.toml or a similar file")
    .addArgument(new Argument("<kind>", "the file, without .toml").choices(kinds))
    .action(async (kind: string, _flags: object, command: Command) => {
      contextOf(command).stdout.write(await readFile(join(packagerDir(), `schemas/${kind}.toml.json`), "utf8"));
    });
}
