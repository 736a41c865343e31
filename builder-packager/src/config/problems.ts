import type { s } from "libcnb/internal";
import type { DescriptorError } from "libcnb/spec";
import { defined } from "../defined.ts";
import { CnbError, type CnbErrorCode } from "../errors.ts";
import { keyPositions, type Position } from "./toml-keys.ts";

const shownProblems = 20;
const shownLength = 500;

/**
 * Returns the first issues of a file, shortened, because a file may have very many and very long
 * issues.
 */
export function firstProblems(lines: readonly string[]): string[] {
  const shown = lines.slice(0, shownProblems).map(clip);
  return lines.length > shownProblems ? [...shown, `  … and ${lines.length - shownProblems} more`] : shown;
}

const clip = (line: string): string => (line.length > shownLength ? `${line.slice(0, shownLength)}…` : line);

/**
 * Creates the error for a TOML file with issues, each with its position, in file order. The
 * property `issues` of the error contains all of them.
 *
 * @example `throw invalidConfig("BUILDER_CONFIG_INVALID", { file, source, issues, hint: "Correct builder.toml." })`
 */
export function invalidConfig(
  code: CnbErrorCode,
  file: {
    readonly file: string;
    readonly source: string | Uint8Array;
    readonly issues: readonly s.Issue[];
    readonly hint: string;
  },
): CnbError {
  const lines = locatedIssues(file);
  const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
  const message = [`${file.file} has ${count}`, ...firstProblems(lines)].join("\n");
  return Object.defineProperty(new CnbError(code, message, { hint: file.hint }), "issues", { value: file.issues });
}

/** Formats the issues as lines with positions, in file order. */
export function locatedIssues(input: {
  readonly file: string;
  readonly source: string | Uint8Array;
  readonly issues: readonly s.Issue[];
}): string[] {
  const { file, source, issues } = input;
  const positions = keyPositions(typeof source === "string" ? source : new TextDecoder().decode(source));
  const located = issues.map((issue) => ({ ...issue, ...nearest(positions, issue.path) }));
  located.sort((a, b) => a.line - b.line || a.column - b.column);
  return located.map(
    ({ line, column, path, message }) =>
      `  ${file}${line ? `:${line}:${column}` : ""}: ${path ? `${path}: ` : ""}${message}`,
  );
}

/** The position of a key. A missing key gets the position of the table that should contain it. */
function nearest(positions: ReadonlyMap<string, Position>, path: string): Position {
  const parent = path.replace(/(\.("(\\.|[^"\\])*"|[^.[\]"]+)|\[\d+\])$/, "");
  return positions.get(path) ?? (parent === path ? { line: 0, column: 0 } : nearest(positions, parent));
}

/**
 * Runs a function that reads a TOML file. If it throws an error of the framework, the error's code
 * is replaced by `code`.
 *
 * @example `withCode("BUILDPACK_INVALID", () => parseBuildpackToml(bytes, file))`
 */
export function withCode<Result>(code: CnbErrorCode, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!isContentError(error)) throw error;
    throw new CnbError(code, error.message, { cause: error.cause, ...defined({ hint: error.hint || undefined }) });
  }
}

/**
 * Runs a function that reads a descriptor, like {@link withCode}. Errors also contain the positions
 * of invalid values in the file.
 *
 * @example
 * `withPositions("BUILDPACK_INVALID", { file, source }, () => parseBuildpackToml(source, file))`
 */
export function withPositions<Result>(
  code: CnbErrorCode,
  { file, source }: { readonly file: string; readonly source: string | Uint8Array },
  read: () => Result,
): Result {
  return withCode(code, () => {
    try {
      return read();
    } catch (error) {
      if (!isDescriptorError(error)) throw error;
      throw invalidConfig(code, { file, source, issues: error.issues, hint: error.hint ?? `Correct ${file}.` });
    }
  });
}

const isDescriptorError = (error: unknown): error is DescriptorError =>
  error instanceof Error && "code" in error && error.code === "DESCRIPTOR_INVALID" && "issues" in error;

const isContentError = (error: unknown): error is Error & { readonly hint?: string } =>
  error instanceof Error && "code" in error && (error.code === "TOML_INVALID" || error.code === "DESCRIPTOR_INVALID");
