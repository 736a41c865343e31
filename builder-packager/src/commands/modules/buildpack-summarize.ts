import { type Command, Option } from "commander";
import { contextOf } from "../../cli-context.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "../flags/registry-flags.ts";
import { nounOf } from "../tree/noun.ts";

interface Options extends RegistryFlags {
  readonly format: "markdown" | "json";
}

/**
 * `cnb buildpack summarize BUILDPACK`: prints the facts about a buildpack that release notes
 * contain.
 */
export function register(program: Command): void {
  const command = nounOf(program, "buildpack")
    .command("summarize")
    .description("print the targets, dependencies and orders of a buildpack for release notes")
    .argument("<buildpack>", "a .cnb file, an image, or the directory that contains buildpack.toml")
    .addOption(new Option("--format <format>", "markdown or json").choices(["markdown", "json"]).default("markdown"));
  registryFlags(command).action(summarize);
}

async function summarize(name: string, options: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const [{ readSummary }, { summaryMarkdown }] = await Promise.all([
    import("../../release/read-summary.ts"),
    import("../../release/summary-markdown.ts"),
  ]);
  const registry = await registryOptions(options, context);
  const summary = await readSummary(name, { cwd: context.cwd, registry });
  const text = options.format === "json" ? `${JSON.stringify(summary, null, 2)}\n` : summaryMarkdown(summary);
  context.stdout.write(text);
}
