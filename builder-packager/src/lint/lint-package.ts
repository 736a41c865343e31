import { join, resolve } from "node:path";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { CnbError } from "../errors.ts";
import type { Reporter } from "../reporter.ts";
import { printable } from "../text/printable.ts";
import type { RuleCode } from "./catalogue.ts";
import type { Finding } from "./finding.ts";
import { shownPath } from "./formats/report.ts";
import { lint } from "./lint.ts";
import { membersOf, readPackage } from "./members.ts";

/** Rules whose errors packaging does not report itself, and with which a buildpack never works. */
const fatal: ReadonlySet<RuleCode> = new Set<RuleCode>(["configuration-undeclared", "order-never-matches"]);

/** Rules that packaging applies itself, with an error or a message of its own. */
const applied: ReadonlySet<RuleCode> = new Set<RuleCode>([
  "invalid-toml",
  "invalid-value",
  "unknown-key",
  "unpackageable",
  "compile-error",
  "composite-mismatch",
  "runtime-import",
  "no-effect",
]);

/**
 * Applies the rules of `cnb lint` to the directories that are packaged, except checks of types and
 * URLs. Warns of findings. Throws if the findings show that a buildpack can never work.
 *
 * @throws CnbError LINT_FAILED
 */
export async function lintPackage(
  dir: string,
  kind: ModuleKind,
  { cwd, reporter }: { readonly cwd: string; readonly reporter: Reporter },
): Promise<void> {
  const { findings } = await lint(await filesOf(dir, kind), { cwd, now: Date.now(), types: false, engine: false });
  const counted = findings.filter(({ rule, suppressed }) => suppressed === undefined && !applied.has(rule));
  const isFatal = ({ rule, severity }: Finding) => severity === "error" && fatal.has(rule);
  const lineOf = ({ file, line, column, message, rule }: Finding) =>
    printable(`${shownPath(file, cwd)}:${line}:${column}: ${message} [${rule}]`);
  for (const finding of counted.filter((each) => !isFatal(each))) reporter.warn(lineOf(finding));
  const errors = counted.filter(isFatal).map(lineOf);
  if (errors.length === 0) return;
  throw new CnbError("LINT_FAILED", `${dir} has errors that prevent it from working:\n  ${errors.join("\n  ")}`, {
    hint: "Correct the lines above. If a rule does not apply to a line, write a comment above the line: # cnb-lint-ignore RULE: REASON.",
  });
}

/** The descriptors of a module (a buildpack or an extension) and of its members in directories. */
async function filesOf(dir: string, kind: ModuleKind): Promise<readonly string[]> {
  const packageToml = await readPackage(dir);
  const main = join(packageToml === undefined ? dir : resolve(dir, packageToml.uri), `${kind}.toml`);
  const { files } = await membersOf(packageToml?.dependencies ?? [], dir);
  return [...new Set([main, ...files])].sort();
}
