import { dirname } from "node:path";
import { type RuleCode, ruleCatalogue } from "./catalogue.ts";
import type { Checks } from "./checks.ts";
import { invalidFile, kindOfFile, type LintDocument, parseDocument, readText } from "./document.ts";
import { type Finding, sortedFindings } from "./finding.ts";
import { findingsOf } from "./lint-document.ts";
import { suppress } from "./suppressions.ts";
import { typeFindings } from "./type-findings.ts";

/** The findings of `cnb lint` in several files. */
export interface LintResult {
  readonly findings: readonly Finding[];
  /** The texts of the files that were read, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Facts about rules that were not applied. */
  readonly notes: readonly string[];
}

/**
 * Applies the rules of `cnb lint` to descriptors and to the code next to them.
 *
 * @param files absolute paths of buildpack.toml, extension.toml, package.toml, builder.toml,
 * base.toml and project.toml
 */
export async function lint(files: readonly string[], checks: Checks): Promise<LintResult> {
  const texts = new Map<string, string>();
  const found: Finding[] = [];
  const documents: LintDocument[] = [];
  for (const file of files) {
    const read = await readText(file);
    const kind = kindOfFile(file);
    if (kind === undefined) continue;
    const parsed = "text" in read ? parseDocument(file, kind, read.text) : invalidFile(file, read.reason);
    if ("text" in read) texts.set(file, read.text);
    if ("table" in parsed) documents.push(parsed);
    else found.push(parsed);
  }
  const listed: ReadonlySet<string> = new Set(files);
  const incomplete = new Set<string>(found.map(({ file }) => file));
  for (const document of documents) {
    const { findings, sources, isComplete } = await findingsOf(document, { ...checks, listed });
    found.push(...findings);
    if (!isComplete) for (const file of [document.file, ...sources.map(({ path }) => path)]) incomplete.add(file);
    for (const { path, text } of sources) texts.set(path, text);
  }
  const types = await typeFindings(
    documents.map(({ file }) => dirname(file)),
    checks,
  );
  for (const file of new Set(types.findings.map((each) => each.file))) {
    const read = texts.has(file) ? undefined : await readText(file);
    if (read !== undefined && "text" in read) texts.set(file, read.text);
  }
  const skipped = skippedRules(checks, types.notes);
  const findings = suppressed([...found, ...types.findings], texts, { skipped, incomplete });
  return { findings, texts, notes: types.notes };
}

/** The rules that were not applied. */
function skippedRules({ engine, types, unreachable }: Checks, notes: readonly string[]): ReadonlySet<RuleCode> {
  const skipped: RuleCode[] = [];
  if (!engine) skipped.push("runtime-import");
  if (!types || notes.length > 0) skipped.push("type-error");
  if (unreachable === undefined) skipped.push("dependency-url");
  return new Set(skipped);
}

/**
 * Removes findings that a comment suppresses. In a file that was checked only in part, comments are
 * not reported as unused.
 */
function suppressed(
  findings: readonly Finding[],
  texts: ReadonlyMap<string, string>,
  { skipped, incomplete }: { readonly skipped: ReadonlySet<RuleCode>; readonly incomplete: ReadonlySet<string> },
): readonly Finding[] {
  const byFile = Map.groupBy(distinct(findings), ({ file }) => file);
  const all: ReadonlySet<RuleCode> = new Set(Object.keys(ruleCatalogue) as RuleCode[]);
  const files = new Set([...texts.keys(), ...byFile.keys()]);
  const marked = [...files].flatMap((file) => {
    const text = texts.get(file) ?? "";
    return suppress(byFile.get(file) ?? [], { file, text, skipped: incomplete.has(file) ? all : skipped });
  });
  return sortedFindings(marked);
}

/** Two buildpacks that share a file have its findings in common. */
const distinct = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(
    findings.map((each) => [JSON.stringify([each.file, each.line, each.column, each.rule, each.message]), each]),
  ).values(),
];
