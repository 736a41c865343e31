import type { Position } from "../config/toml-keys.ts";
import type { RuleCode, Severity } from "./catalogue.ts";

/** The replacement of a part of a text. Offsets are counted in UTF-16 units. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A finding before its position is known. */
export interface Problem {
  readonly rule: RuleCode;
  readonly message: string;
  /** The path of the key, such as `order[0].group[1].version`. */
  readonly path?: string;
  /** The position, if it is not that of a key. */
  readonly at?: Position;
  /** The severity, if it differs from that of the rule. */
  readonly severity?: Severity;
  /** The changes with which `--fix` corrects the file. */
  readonly edits?: readonly Edit[];
}

/** A violation of a rule at a position. */
export interface Finding extends Position {
  readonly rule: RuleCode;
  readonly severity: Severity;
  /** The absolute path of the file. */
  readonly file: string;
  readonly message: string;
  readonly edits: readonly Edit[];
  /** The reason in the comment that switches the rule off here; undefined if the finding counts. */
  readonly suppressed?: string;
}

/** Sorts findings into the order in which they are printed: by file, then by position. */
export const sortedFindings = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (a, b) =>
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  );

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);
