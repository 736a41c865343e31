import { type RuleCode, ruleCatalogue, ruleOf } from "../../../builder-packager/src/lint/catalogue.ts";
import { type Example, examples } from "../../../builder-packager/src/lint/testing/examples.ts";
import { tableOf } from "./markdown.ts";

const codes = Object.keys(ruleCatalogue).toSorted() as RuleCode[];

/** docs/reference/lint.md, from the rules of `cnb lint` and their examples. */
export const lintPage = (): string => `# Rules of cnb lint

[Linting](../guide/linting.md) describes the command. A comment can switch a rule off:
\`# cnb-lint-ignore RULE: REASON\`. Codes of rules are stable. This page is generated
(\`npm run docs\`), and a test applies all rules to each example.

${tableOf(
  ["rule", "severity", "--fix"],
  codes.map((code) => [`[\`${code}\`](#${code})`, ruleOf(code).severity, ruleOf(code).fixable ? "yes" : ""]),
)}

${codes.map(section).join("\n\n")}
`;

function section(code: RuleCode): string {
  const { severity, summary, why, fixable } = ruleOf(code);
  const { bad, good } = examples[code];
  const fix = fixable ? ", `--fix`" : "";
  return [
    `## ${code}`,
    `${severity === "error" ? "Error" : "Warning"}${fix}. ${summary} ${why}`,
    `Reported:`,
    ...shown(bad, good),
    `Accepted:`,
    ...shown(good, bad),
  ].join("\n\n");
}

/** The shown file, or the others in which the two sides differ if it is the same in both. */
function shown(one: Example, other: Example): readonly string[] {
  if (one.shown !== other.shown) return [fence(one.file, one.shown)];
  const changed = Object.keys(one.files).filter((file) => one.files[file] !== other.files[file]);
  const missing = Object.keys(other.files).filter((file) => one.files[file] === undefined);
  const text = changed.map((file) => fence(file, (one.files[file] ?? "").trim()));
  return [fence(one.file, one.shown), ...text, ...missing.map((file) => `There is no \`${file}\`.`)];
}

function fence(file: string, text: string): string {
  const language = /\.(\w+)$/.exec(file)?.[1] ?? "";
  const names: Readonly<Record<string, string>> = { ts: "typescript", md: "markdown" };
  return `\`\`\`${names[language] ?? language}\n${language === "ts" ? "//" : "#"} ${file}\n${text.trim()}\n\`\`\``;
}
