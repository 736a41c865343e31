import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import { provideContext } from "../cli-context.ts";
import { silentReporter } from "../reporter.ts";
import { register } from "./schema.ts";

async function schema(kind: string): Promise<string> {
  const written: string[] = [];
  const program = new Command("cnb").exitOverride().configureOutput({ writeErr: () => {} });
  register(program);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {} });
  provideContext(program, () => ({
    reporter: silentReporter,
    env: {},
    stdout: { write: (text: string) => written.push(text) } as unknown as NodeJS.WritableStream,
    signal: AbortSignal.timeout(60_000),
    cwd: "/",
  }));
  await program.parseAsync(["schema", kind], { from: "user" });
  return written.join("");
}

const dir = join(import.meta.dirname, "../../schemas");

test.each(readdirSync(dir))("cnb schema prints the content of the schema file %s", async (name) => {
  expect(await schema(name.replace(".toml.json", ""))).toBe(readFileSync(join(dir, name), "utf8"));
});

test("cnb schema refuses a kind without a schema, and names the kinds", async () => {
  await expect(schema("image")).rejects.toThrow(
    "Allowed choices are buildpack, extension, package, builder, base, project, policy.",
  );
});
