import { relative, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type CommandContext, contextOf } from "../../cli-context.ts";
import type { InventoryCheck, InventoryFinding } from "../../inventory/check-inventory.ts";
import type { InventoryUpdate } from "../../inventory/update-inventory.ts";
import { addListed } from "../flags/listed-values.ts";

interface UpdateFlags {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

interface CheckFlags {
  readonly skip: readonly InventoryCheck[];
  readonly download?: boolean;
  readonly json?: boolean;
}

const paths = "directories with a buildpack.toml or an inventory.toml, or files (default: the current directory)";
const checks: readonly InventoryCheck[] = ["source", "newer", "checksum", "url", "end-of-life"];

/**
 * `cnb inventory update` and `cnb inventory check`: update and check the list of releases that a
 * buildpack can install.
 */
export function register(program: Command): void {
  const inventory = program.command("inventory").description("update and check the releases that a buildpack installs");
  inventory
    .command("update")
    .description(
      "add the newest releases from an inventory's sources, and remove outdated ones, as its constraints specify",
    )
    .argument("[paths...]", paths)
    .option("--dry-run", "print the changes without writing them")
    .addOption(new Option("--json", "print JSON").conflicts("markdown"))
    .option("--markdown", "print a summary for a pull request")
    .action(async (names: readonly string[], flags: UpdateFlags, command: Command) =>
      update(names, flags, contextOf(command)),
    );
  inventory
    .command("check")
    .description("report missing newer releases, wrong checksums, broken URLs and releases whose support ends")
    .argument("[paths...]", paths)
    .option(
      "--download",
      "download each file and compute its checksum, instead of comparing with the published checksum",
    )
    .addOption(
      new Option("--skip <checks>", `checks to leave out, repeatable or comma-separated: ${checks.join(", ")}`)
        .argParser(addChecks)
        .default([]),
    )
    .option("--json", "print JSON")
    .action(async (names: readonly string[], flags: CheckFlags, command: Command) =>
      check(names, flags, contextOf(command)),
    );
}

function addChecks(text: string, before: readonly string[] = []): readonly string[] {
  const names = addListed(text, before);
  const unknown = names.find((name) => !checks.some((each) => each === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`Use ${checks.join(", ")}.`);
  return names;
}

/** The exit code is 1 if a source cannot be read; the other sources are updated. */
async function update(names: readonly string[], flags: UpdateFlags, context: CommandContext): Promise<void> {
  const [{ updateInventory }, { updateMarkdown, updateText }, { writeInventory }] = await Promise.all([
    import("../../inventory/update-inventory.ts"),
    import("../../inventory/report.ts"),
    import("../../inventory/inventory-files.ts"),
  ]);
  const updates: InventoryUpdate[] = [];
  for (const { path, file, text } of await inventories(names, context)) {
    context.reporter.step(`Reading the sources of ${file}`);
    const result = { ...(await updateInventory({ file: path, text }, context)), file };
    updates.push(result);
    if (!flags.dryRun && result.text !== text) await writeInventory(path, result.text);
    if (!flags.json && !flags.markdown) context.stdout.write(updateText(result));
  }
  if (flags.json) context.stdout.write(`${JSON.stringify({ updates: updates.map(asJson) }, null, 2)}\n`);
  if (flags.markdown) context.stdout.write(updateMarkdown(updates));
  if (updates.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

const asJson = ({ file, changes, failures, outside }: InventoryUpdate) => ({
  file,
  changes,
  failures: failures.map(({ ids, message, error }) => ({ ids, message, code: codeOf(error) })),
  outside,
});

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** The exit code is 1 if there is an error; warnings do not count. */
async function check(
  names: readonly string[],
  { skip, download, json }: CheckFlags,
  context: CommandContext,
): Promise<void> {
  const [{ checkInventory }, { findingsText }] = await Promise.all([
    import("../../inventory/check-inventory.ts"),
    import("../../inventory/report.ts"),
  ]);
  const results: { readonly file: string; readonly findings: readonly InventoryFinding[] }[] = [];
  for (const { path, file, text } of await inventories(names, context)) {
    context.reporter.step(`Checking ${file}`);
    const findings = await checkInventory({ file: path, text }, context, { skip, download: download === true });
    results.push({ file, findings });
    if (!json) context.stdout.write(findingsText(file, findings));
  }
  if (json) context.stdout.write(`${JSON.stringify({ inventories: results }, null, 2)}\n`);
  if (results.some(({ findings }) => findings.some(({ severity }) => severity === "error"))) process.exitCode = 1;
}

async function inventories(names: readonly string[], { cwd }: CommandContext) {
  const { inventoriesAt } = await import("../../inventory/inventory-files.ts");
  const found = await inventoriesAt((names.length > 0 ? names : ["."]).map((name) => resolve(cwd, name)));
  return found.map(({ path, text }) => ({ path, text, file: relative(cwd, path) || path }));
}
