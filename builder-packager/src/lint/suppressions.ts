import { closeNames } from "../text/suggest.ts";
import { isRuleCode, type RuleCode, ruleCatalogue, ruleOf } from "./catalogue.ts";
import type { Finding } from "./finding.ts";

/**
 * A comment `cnb-lint-ignore RULE: reason`. It applies to the next line that is not a comment, or to
 * the whole table if that line is the header of a TOML table.
 */
interface Suppression {
  readonly rule: string;
  readonly reason: string;
  /** The line and column of the comment. */
  readonly line: number;
  readonly column: number;
  /** The first and the last line to which the comment applies; undefined for the whole file. */
  readonly target: Lines | undefined;
  readonly start: number;
  readonly end: number;
}

interface Lines {
  readonly first: number;
  readonly last: number;
}

const header = /^[ \t]*\[/;
// With the flag s, the end always matches. Otherwise a line separator causes endless attempts to divide blanks.
const comment = /^([ \t]*)(?:#|\/\/)[ \t]*cnb-lint-ignore(-all)?(?![\w-])[ \t]*([\w-]*)[ \t]*:?(.*)$/s;

/** Finds the comments in a text that switch rules of `cnb lint` off. */
export function suppressionsIn(text: string): readonly Suppression[] {
  const found: Suppression[] = [];
  if (!text.includes("cnb-lint-ignore")) return found;
  let end = text.length + 1;
  let target: Lines = { first: 0, last: 0 };
  let nextHeader = Number.POSITIVE_INFINITY;
  for (const [index, line] of [...text.split("\n").entries()].reverse()) {
    const start = end - line.length - 1;
    const [match, indent = "", all, rule = "", reason = ""] = comment.exec(line.replace(/\r$/, "")) ?? [];
    if (match !== undefined) {
      const at = { line: index + 1, column: indent.length + 1, start, end };
      found.push({ rule, reason: reason.trim(), ...at, target: all === undefined ? target : undefined });
    } else if (!/^[ \t]*(#|\/\/|\r?$)/.test(line)) {
      target = { first: index + 1, last: header.test(line) ? nextHeader - 1 : index + 1 };
      if (header.test(line)) nextHeader = index + 1;
    }
    end = start;
  }
  return found.reverse();
}

/**
 * Marks the findings of a file that comments switch off. Reports comments that have no reason, that
 * name an unknown rule, or that switch no finding off.
 *
 * @param skipped the rules that were not applied, so that their comments may be unused
 */
export function suppress(
  findings: readonly Finding[],
  { file, text, skipped }: { readonly file: string; readonly text: string; readonly skipped: ReadonlySet<RuleCode> },
): readonly Finding[] {
  const suppressions = suppressionsIn(text);
  const used = new Set<Suppression>();
  const byRule = Map.groupBy(suppressions, ({ rule }) => rule);
  const marked = findings.map((finding) => {
    const by = byRule.get(finding.rule)?.find((each) => applies(each, finding));
    if (by === undefined) return finding;
    used.add(by);
    return { ...finding, suppressed: by.reason };
  });
  const report = ({ line, column }: Suppression, rule: RuleCode, message: string): Finding => ({
    rule,
    severity: ruleOf(rule).severity,
    file,
    line,
    column,
    message,
    edits: [],
  });
  const own = suppressions.flatMap((each) => {
    if (!isRuleCode(each.rule)) return [report(each, "suppression-unknown", unknownRule(each.rule))];
    const reasons = each.reason === "" ? [report(each, "suppression-without-reason", withoutReason(each.rule))] : [];
    if (used.has(each) || skipped.has(each.rule)) return reasons;
    const message = `${each.rule} reports nothing ${each.target === undefined ? "in this file" : "here"}`;
    const edits = [{ start: each.start, end: Math.min(each.end, text.length), text: "" }];
    return [...reasons, { ...report(each, "suppression-unused", message), edits }];
  });
  return [...marked, ...own];
}

const applies = ({ rule, target }: Suppression, finding: Finding): boolean =>
  rule === finding.rule &&
  rule !== "invalid-toml" &&
  (target === undefined || (target.first <= finding.line && finding.line <= target.last));

const withoutReason = (rule: string): string => `${rule} is switched off without a reason; write ${rule}: REASON`;

function unknownRule(rule: string): string {
  if (rule === "") return "the comment names no rule; write cnb-lint-ignore RULE: REASON";
  const [close] = closeNames(rule, Object.keys(ruleCatalogue));
  return `there is no rule ${rule}${close === undefined ? "" : `; did you mean ${close}?`}`;
}
