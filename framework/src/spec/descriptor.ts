import { LibcnbError } from "../errors.ts";
import { decode, type Issue, issueLines, type Schema } from "./schemas/standard-schema.ts";
import { parseToml } from "./schemas/toml.ts";

/**
 * Parses and decodes a CNB file in TOML format. All errors are reported at once.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `decodeToml(s.table({ unmet: s.optional(s.list(s.table({ name: s.string }))) }), text, "build.toml")`
 */
export function decodeToml<Output>(schema: Schema<Output>, source: string | Uint8Array, file: string): Output {
  const decoding = decode(schema, parseToml(source, file));
  if (decoding.issues === undefined) return decoding.value;
  throw invalidDescriptor(file, decoding.issues);
}

/**
 * Creates the error for a file with issues.
 *
 * @example `throw invalidDescriptor("builder.toml", [{ path: "run.images", message: "is missing" }])`
 */
export function invalidDescriptor(file: string, issues: readonly Issue[]): DescriptorError {
  const error = new LibcnbError("DESCRIPTOR_INVALID", `${file} is not valid`, {
    cause: firstLines(issueLines(issues)).join("; "),
    hint: `Correct ${file}: ${issues.length === 1 ? "one value is" : `${issues.length} values are`} not valid.`,
  });
  // Not enumerable: for packagers, which add line and column; a stranger's console would print them twice.
  return Object.defineProperty(error, "issues", { value: issues }) as DescriptorError;
}

/** An error about a descriptor, with all issues and the paths of their values. */
export type DescriptorError = LibcnbError<"DESCRIPTOR_INVALID"> & { readonly issues: readonly Issue[] };

/** The limit of reported issues. */
const firstLines = (lines: readonly string[]): readonly string[] =>
  lines.length <= 20 ? lines : [...lines.slice(0, 20), `… and ${lines.length - 20} more`];
