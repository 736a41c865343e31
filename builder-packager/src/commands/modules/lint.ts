import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { type CommandContext, contextOf } from "../../cli-context.ts";
import type { Severity } from "../../lint/catalogue.ts";
import { type ReportFormat, reportFormats } from "../../lint/formats/report-formats.ts";
import type { LintResult } from "../../lint/lint.ts";
import { packageVersion } from "../../version.ts";

interface Flags {
  readonly format: ReportFormat;
  readonly fix?: boolean;
  readonly checkUrls?: boolean;
  readonly types: boolean;
  readonly severity: Severity;
}

/** `cnb lint [PATH…]`: checks descriptors and the code next to them. The exit code is 1 if there are findings. */
export function register(program: Command): void {
  program
    .command("lint")
    .description("check buildpacks, extensions and builders for mistakes before packaging")
    .argument("[paths...]", "directories to search, or files such as buildpack.toml (default: the current directory)")
    .addOption(new Option("-f, --format <format>", "format of the report").choices(reportFormats).default("text"))
    .option("--fix", "correct what can be corrected safely")
    .option("--check-urls", "request the URL of each dependency, and report broken URLs")
    .option("--no-types", "do not run the project's TypeScript compiler")
    .addOption(
      new Option("--severity <severity>", "lowest severity to report").choices(["error", "warning"]).default("warning"),
    )
    .action(async (paths: readonly string[], flags: Flags, command: Command) => run(paths, flags, contextOf(command)));
}

async function run(paths: readonly string[], flags: Flags, context: CommandContext): Promise<void> {
  const [{ descriptorFiles }, { lint }, { fix }, { formatReport }, { lintTool }] = await Promise.all([
    import("../../lint/descriptor-files.ts"),
    import("../../lint/lint.ts"),
    import("../../lint/fix.ts"),
    import("../../lint/formats/format.ts"),
    import("../../lint/catalogue.ts"),
  ]);
  const { cwd, reporter, stdout } = context;
  const files = await descriptorFiles((paths.length > 0 ? paths : ["."]).map((path) => resolve(cwd, path)));
  const checks = await checksOf(flags, context);
  const { result, fixed } = flags.fix
    ? await fixAll(() => lint(files, checks), fix)
    : { result: await lint(files, checks), fixed: 0 };
  const findings = result.findings.filter(({ severity }) => severity === "error" || flags.severity === "warning");
  const checked = { files: files.length };
  const report = { tool: lintTool, findings, checked, cwd, version: packageVersion };
  stdout.write(formatReport(flags.format, report));
  for (const note of result.notes) reporter.info(note);
  reporter.info(summary(findings, { files: files.length, fixed }));
  if (findings.some(({ suppressed }) => suppressed === undefined)) process.exitCode = 1;
}

/** A correction can let more rules be applied, so the files are checked again after each. */
const mostRounds = 5;

async function fixAll(check: () => Promise<LintResult>, fix: (result: LintResult) => Promise<number>) {
  let [result, fixed] = [await check(), 0];
  for (let round = 0; round < mostRounds; round++) {
    const count = await fix(result);
    if (count === 0) break;
    fixed += count;
    result = await check();
  }
  return { result, fixed };
}

async function checksOf({ types, checkUrls }: Flags, { cwd, env, signal, reporter }: CommandContext) {
  const checks = { cwd, types, engine: true, signal, now: Date.now() };
  if (!checkUrls) return checks;
  const { addressCheck } = await import("../../lint/address-check.ts");
  return { ...checks, unreachable: addressCheck({ env, reporter, signal }) };
}

function summary(
  findings: LintResult["findings"],
  { files, fixed }: { readonly files: number; readonly fixed: number },
): string {
  const counted = findings.filter(({ suppressed }) => suppressed === undefined);
  const errors = counted.filter(({ severity }) => severity === "error").length;
  const warnings = counted.length - errors;
  const fixable = counted.filter(({ edits }) => edits.length > 0).length;
  const found =
    counted.length === 0
      ? "no findings"
      : [errors > 0 && plural(errors, "error"), warnings > 0 && plural(warnings, "warning")]
          .filter(Boolean)
          .join(" and ");
  const extra = [fixed > 0 ? `; ${fixed} corrected` : "", fixable > 0 ? `; --fix corrects ${fixable}` : ""].join("");
  return `${found} in ${plural(files, "file")}${extra}`;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
