import type { Command } from "commander";
import { contextOf } from "../../cli-context.ts";
import { nounOf } from "../tree/noun.ts";

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `cnb buildpack version VERSION [PATH…]`: sets the version of a buildpack and its members. */
export function register(program: Command): void {
  nounOf(program, "buildpack")
    .command("version")
    .description("set the version of buildpacks, and of each reference to them in an order or a package.toml")
    .argument("<version>", "the new version, such as 1.3.0")
    .argument(
      "[path...]",
      "directories of buildpacks (members of a composite buildpack get the version, too), and builder.toml files to update",
      ["."],
    )
    .option("--dry-run", "print the changes without making them")
    .option("--json", "print the changes as JSON")
    .action(setVersion);
}

async function setVersion(
  version: string,
  paths: readonly string[],
  { dryRun, json }: Options,
  command: Command,
): Promise<void> {
  const { cwd, reporter, stdout } = contextOf(command);
  const { planVersions, writeVersions } = await import("../../release/set-versions.ts");
  const plan = await planVersions({ version, paths, cwd });
  for (const { file, line, key, from } of plan.others)
    reporter.warn(`${file}:${line}: ${key} is not changed: ${from} is not the version of a buildpack here`);
  if (!dryRun) await writeVersions(plan);
  const lines = plan.changes.map(({ file, line, key, from, to }) => `${file}:${line}: ${key} ${from} → ${to}\n`);
  stdout.write(
    json ? `${JSON.stringify({ changes: plan.changes, notChanged: plan.others }, null, 2)}\n` : lines.join(""),
  );
  if (plan.changes.length === 0) reporter.info(`All versions are ${version} already`);
  if (!dryRun && plan.changes.some(({ file }) => file.endsWith("package.json")))
    reporter.info("If npm has a lock file for these packages, update it: npm install --package-lock-only");
}
