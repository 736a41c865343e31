import { UserError } from "../errors.ts";
import { ending, isKilled, isSignalled, lastLines, plainOutput, type ShownOutput, type ToolEnd } from "./tool-end.ts";

/**
 * The texts about a failure. Words in capitals that are among the `placeholders` of the failure
 * table are replaced.
 */
export interface FailureText {
  /** The circumstances in which the failure occurs, for the documentation. */
  readonly when: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * A row of a failure table, which recognizes a failure. A failure matches the row only if all
 * conditions in the row are true.
 */
export interface FailurePattern<Code extends string = string> {
  readonly code: Code;
  /** A pattern that the tool's output must match. */
  readonly pattern?: RegExp;
  /** Another pattern that the tool's output must match. */
  readonly and?: RegExp;
  /**
   * The way in which the tool must have ended: with one of these exit codes, by any signal
   * (`"signal"`), or by a kill (`"killed"`, see `isKilled`).
   */
  readonly end?: readonly number[] | "signal" | "killed";
}

/** A name that is read from the tool's output. */
export interface NameInOutput {
  /**
   * The patterns. The first one that matches is used. The name consists of its capture groups; a
   * group that did not take part in the match is left out. A function finds names that a pattern
   * cannot find.
   */
  readonly patterns: readonly (RegExp | ((output: string) => string | undefined))[];
  /** The text between several capture groups. Default: empty. */
  readonly separator?: string;
  /** The replacement text, in which NAME stands for the name. Default: the name. */
  readonly text?: string;
  /** The text if the output does not contain the name. */
  readonly fallback: string;
}

/**
 * The failures of a tool, as data.
 *
 * A failure has one text for all tools, but each tool has its own patterns for it. Therefore, a
 * family of buildpacks has one file with the texts (`failures`), and for each tool, one file with
 * the tool's patterns and placeholders.
 */
export interface FailureTable<Code extends string = string, Placeholder extends string = string> {
  readonly failures: Readonly<Record<Code, FailureText>>;
  /** The rows in order of precedence: the first one that matches is used. */
  readonly patterns: readonly FailurePattern<Code>[];
  /** The code if no row matches. */
  readonly fallback: Code;
  /**
   * Values by placeholder. The placeholder ENDING is always defined, for example as `exit code 1`
   * or `SIGTERM`.
   */
  readonly placeholders: Readonly<Record<Placeholder, string | NameInOutput>>;
}

/** The facts about one failure that its {@link FailureTable} does not contain. */
export interface FailureFacts<Code extends string = string> {
  /** The output to search, without control sequences. Default: the output of the tool. */
  readonly output?: string;
  /** More specific codes, by the code that the table recognizes. */
  readonly instead?: { readonly [Recognized in Code]?: Code | undefined };
  /** Values that take precedence over the placeholders of the table. */
  readonly placeholders?: Readonly<Record<string, string>>;
  /** Output that is not in the log, and how the error shows it. */
  readonly unseen?: (ShownOutput & { readonly output: string }) | undefined;
}

/**
 * Creates the error that explains why a tool failed.
 *
 * The cause of the error states how the tool ended. The error only contains output that is not in
 * the log (`unseen`).
 *
 * @example
 * ```ts
 * const table: FailureTable<"TOOL_PACKAGE_UNKNOWN" | "TOOL_FAILED"> = {
 *   failures: {
 *     TOOL_PACKAGE_UNKNOWN: {
 *       when: "the registry does not have a package",
 *       message: "TOOL does not find PACKAGE",
 *       hint: "Correct its name in FILE.",
 *     },
 *     TOOL_FAILED: { when: "any other failure", message: "TOOL failed (ENDING)", hint: "See above." },
 *   },
 *   patterns: [
 *     { code: "TOOL_PACKAGE_UNKNOWN", pattern: /^error: unknown package /m },
 *     { code: "TOOL_PACKAGE_UNKNOWN", end: [44] },
 *   ],
 *   fallback: "TOOL_FAILED",
 *   placeholders: {
 *     TOOL: "tool",
 *     FILE: "tool.toml",
 *     PACKAGE: { patterns: [/unknown package '([^']+)'/], text: 'the package "NAME"', fallback: "a package" },
 *   },
 * };
 * const end = { exitCode: 1, output: "error: unknown package 'left-pad'" };
 * explainFailure(table, end, { placeholders: { FILE: "app/tool.toml" } });
 * // UserError TOOL_PACKAGE_UNKNOWN: tool does not find the package "left-pad"
 * // hint: Correct its name in app/tool.toml.
 * ```
 */
export function explainFailure<Code extends string>(
  table: FailureTable<Code>,
  end: ToolEnd,
  { output = plainOutput(end.output), instead, placeholders, unseen }: FailureFacts<NoInfer<Code>> = {},
): UserError {
  const recognized = failureCode(table.patterns, output, end) ?? table.fallback;
  const code = instead?.[recognized] ?? recognized;
  const resolve = (placeholder: string): string | undefined => {
    const value = placeholders?.[placeholder] ?? table.placeholders[placeholder];
    if (typeof value === "object") return textOf(value, output, resolve);
    return value ?? (placeholder === "ENDING" ? ending(end) : undefined);
  };
  const { message, hint } = table.failures[code];
  return new UserError(code, filled(message, resolve), { cause: causeOf(end, unseen), hint: filled(hint, resolve) });
}

/**
 * Returns the code of the first row of a failure table that matches the output; `undefined` if no
 * row does. Without `end`, rows with a condition on the way in which the tool ended do not match.
 *
 * @example `failureCode([{ code: "TOOL_OFFLINE", pattern: /ENOTFOUND/ }], text) // "TOOL_OFFLINE"`
 */
export const failureCode = <Code extends string>(
  patterns: readonly FailurePattern<Code>[],
  output: string,
  end?: ToolEnd,
): Code | undefined =>
  patterns.find(
    ({ pattern, and, end: condition }) =>
      pattern?.test(output) !== false && and?.test(output) !== false && isEnd(condition, end),
  )?.code;

function isEnd(condition: FailurePattern["end"], end: ToolEnd | undefined): boolean {
  if (condition === undefined) return true;
  if (end === undefined) return false;
  if (condition === "killed") return isKilled(end);
  return condition === "signal" ? isSignalled(end) : end.exitCode !== undefined && condition.includes(end.exitCode);
}

/**
 * Finds a name in a tool's output; `undefined` if the output does not contain the name.
 *
 * @example `nameInOutput({ patterns: [/unknown package '([^']+)'/], fallback: "a package" }, text) // "left-pad"`
 */
export function nameInOutput({ patterns, separator = "" }: NameInOutput, output: string): string | undefined {
  for (const pattern of patterns) {
    if (typeof pattern === "function") {
      const name = pattern(output);
      if (name !== undefined) return name;
      continue;
    }
    const [, ...groups] = pattern.exec(output) ?? [];
    const parts = groups.filter((group) => group !== undefined);
    if (parts.length > 0) return parts.join(separator);
  }
  return undefined;
}

type Resolve = (placeholder: string) => string | undefined;

function textOf(source: NameInOutput, output: string, resolve: Resolve): string {
  const name = nameInOutput(source, output);
  if (name === undefined) return filled(source.fallback, resolve);
  return filled(source.text ?? "NAME", (placeholder) => (placeholder === "NAME" ? name : resolve(placeholder)));
}

const filled = (text: string, resolve: Resolve): string =>
  text.replace(/\b[A-Z_]+\b/g, (placeholder) => resolve(placeholder) ?? placeholder);

/** Describes the end of a tool, with the last lines of output that the log does not have yet. */
function causeOf(end: ToolEnd, unseen: FailureFacts["unseen"]): string {
  const lines = unseen === undefined ? [] : lastLines(unseen.output, unseen);
  const tail =
    lines.length === 0 ? "" : `; its last lines of output:\n${lines.map((line) => `    ${line}`).join("\n")}`;
  return `${end.tool ?? "the tool"} ended with ${ending(end)}${tail}`;
}
