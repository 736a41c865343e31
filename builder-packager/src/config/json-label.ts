import * as v from "valibot";
import { CnbError } from "../errors.ts";
import type { Image } from "../oci/model/image.ts";
import { isTooDeep } from "../oci/model/json-depth.ts";
import { labelsOf } from "../oci/model/mutate.ts";
import { firstProblems } from "./problems.ts";

/**
 * Parses the content of a JSON label. Returns undefined if the image does not have the label.
 *
 * @throws CnbError LABEL_INVALID
 */
export function jsonLabel(image: Image, label: string, where: string): unknown {
  const json = labelsOf(image)[label];
  if (json === undefined) return undefined;
  const content = parsed(json, label, where);
  if (!isTooDeep(content)) return content;
  throw new CnbError(
    "LABEL_INVALID",
    `the JSON in the label ${label} of ${where} has more levels of nesting than cnb allows`,
  );
}

function parsed(json: string, label: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new CnbError("LABEL_INVALID", `the label ${label} of ${where} is not JSON`, { cause });
  }
}

/**
 * The length up to which all mistakes of a label are reported. For a longer one, only the first is,
 * because a list could be a hundred times as long as the label.
 */
const maxListedLength = 256 * 1024;

/**
 * Decodes the content of a JSON label. Nulls, which Go writes for empty values, are removed.
 * Returns undefined if the image does not have the label, or if the label's content is `null`.
 *
 * @throws CnbError LABEL_INVALID
 */
export function decodedLabel<Schema extends v.GenericSchema>(
  schema: Schema,
  image: Image,
  label: string,
  where: string,
): unknown {
  const content = jsonLabel(image, label, where);
  if (content === undefined || content === null) return undefined;
  const isLong = (labelsOf(image)[label] ?? "").length > maxListedLength;
  const result = v.safeParse(schema, content, { abortEarly: isLong });
  if (result.success) return withoutNulls(result.output);
  throw labelInvalid(label, where, result.issues.map(issueText));
}

/** Creates the error for a label with invalid content. */
export function labelInvalid(label: string, where: string, problems: readonly string[]): CnbError {
  const lines = firstProblems(problems.map((problem) => `  ${problem}`));
  return new CnbError("LABEL_INVALID", [`the label ${label} of ${where} is not valid`, ...lines].join("\n"));
}

/**
 * Formats a validation issue with its path. Control characters are removed, because labels are
 * untrusted.
 */
export function issueText(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return printable(path ? `${path}: ${issue.message}` : issue.message);
}

/** Removes the nulls that Go writes for empty lists. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}

/**
 * Formats a text for display. A text that contains spaces or anything other than printable ASCII
 * characters is quoted.
 */
export const shown = (name: string): string => (/^[\x21-\x7e]+$/.test(name) ? name : JSON.stringify(name));

const printable = (line: string): string =>
  line.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
