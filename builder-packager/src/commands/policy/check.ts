import { type Command, Option } from "commander";
import { type CommandContext, contextOf } from "../../cli-context.ts";
import { locationOf } from "../../inspect/inspected-location.ts";
import { type ReportFormat, reportFormats } from "../../lint/formats/report-formats.ts";
import type { ImageReference } from "../../oci/model/reference.ts";
import type { CheckResult } from "../../policy/check-images.ts";
import type { Policy } from "../../policy/policy.ts";
import { packageVersion } from "../../version.ts";
import { addValue } from "../flags/listed-values.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "../flags/registry-flags.ts";

interface Flags extends RegistryFlags {
  readonly policy: string;
  readonly vulnerabilityReport: readonly string[];
  readonly format: ReportFormat;
}

/**
 * `cnb check IMAGE --policy FILE`: checks images against a policy. The exit code is 5 if an image
 * does not comply.
 */
export function register(program: Command): void {
  const command = program
    .command("check")
    .description(
      "check whether images comply with a policy on buildpacks, base images, SBOMs, licences, secrets and more",
    )
    .argument(
      "<image...>",
      "oci:DIR, oci-archive:FILE, docker-archive:FILE, docker-daemon:NAME, a path or REGISTRY/REPOSITORY:TAG",
    )
    .requiredOption("--policy <file>", "the policy, a policy.toml file")
    .option(
      "--vulnerability-report <file>",
      "a scanner's report in SARIF or CycloneDX, or a CycloneDX VEX (repeatable)",
      addValue,
      [],
    )
    .addOption(new Option("-f, --format <format>", "format of the report").choices(reportFormats).default("text"));
  registryFlags(command).action(check);
}

async function check(names: readonly string[], flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const [{ readPolicy }, { checkImages }, { readVulnerabilityReport }] = await Promise.all([
    import("../../policy/policy.ts"),
    import("../../policy/check-images.ts"),
    import("../../policy/reports/read-report.ts"),
  ]);
  const { cwd, reporter } = context;
  const policy = await readPolicy(flags.policy, cwd);
  const reports = await Promise.all(flags.vulnerabilityReport.map((file) => readVulnerabilityReport(file)));
  const registry = await registryOptions(flags, context);
  const results: CheckResult[] = [];
  for (const name of names) {
    const options = { name, policy, reports, registry, now: new Date() };
    const result = await checkImages(await imageNamed(name, cwd), options);
    for (const { platform, digest } of result.images) reporter.info(`Checked ${name}@${digest} (${platform})`);
    results.push(result);
  }
  await print(results, policy, { flags, context });
}

async function imageNamed(name: string, cwd: string): Promise<ImageReference> {
  const location = await locationOf(name, cwd);
  if (location.kind === "image") return location.reference;
  const { CnbError } = await import("../../errors.ts");
  throw new CnbError("IMAGE_NOT_FOUND", `${location.dir} is the source directory of a buildpack, not an image`, {
    hint: "Package it with cnb buildpack package, and check the package.",
  });
}

async function print(
  results: readonly CheckResult[],
  policy: Policy,
  { flags, context }: { readonly flags: Flags; readonly context: CommandContext },
): Promise<void> {
  const [{ formatReport }, { checkTool }, { positionedFinding }] = await Promise.all([
    import("../../lint/formats/format.ts"),
    import("../../policy/catalogue.ts"),
    import("../../policy/positioned-finding.ts"),
  ]);
  const { cwd, stdout, reporter } = context;
  const images = results.flatMap((result) => result.images).length;
  const findings = results.flatMap((result) => result.findings).map((finding) => positionedFinding(finding, policy));
  const report = { tool: checkTool, findings, checked: { images }, cwd, version: packageVersion };
  stdout.write(formatReport(flags.format, report));
  const notes = results.map((result) => new Set(result.notes));
  const unused = [...(notes[0] ?? [])].filter((note) => notes.every((each) => each.has(note)));
  for (const note of unused) reporter.warn(`${flags.policy}: ${note}`);
  const errors = findings.filter(({ severity, suppressed }) => severity === "error" && suppressed === undefined);
  const waived = findings.filter(({ suppressed }) => suppressed !== undefined).length;
  reporter.info(summary(errors.length, { images, waived }));
  if (errors.length > 0) process.exitCode = (await import("../../errors.ts")).catalogue.POLICY_VIOLATED.exitCode;
}

const summary = (errors: number, { images, waived }: { readonly images: number; readonly waived: number }): string =>
  `${errors === 0 ? "no violations" : plural(errors, "violation")} in ${plural(images, "image")}${waived > 0 ? `; ${waived} waived` : ""}`;

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
