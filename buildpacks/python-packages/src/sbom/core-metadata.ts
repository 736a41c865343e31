import { spdxLicense } from "libcnb/kit";

/** The fields at the start of a METADATA file, by names in lower case. */
type CoreMetadata = ReadonlyMap<string, readonly string[]>;

/**
 * Parses the fields of a METADATA file. The text after the fields is a description. A line that
 * starts with a blank continues a field, as in multi-line licenses.
 *
 * @see https://packaging.python.org/en/latest/specifications/core-metadata/
 */
export function parseMetadata(text: string): CoreMetadata {
  const fields = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const line of linesOf(text)) {
    const [, name, value = ""] = /^([\w-]+):[ \t]*([^ \t].*)?$/.exec(line) ?? [];
    if (/^[ \t]/.test(line)) values?.push(`${values.pop() ?? ""}\n${line.trim()}`);
    else if (name === undefined) values = undefined;
    else {
      values = fields.get(name.toLowerCase()) ?? [];
      fields.set(name.toLowerCase(), values);
      values.push(value.trim());
    }
  }
  return fields;
}

/** Returns the first value of a field in core metadata; `undefined` if it is missing or blank. */
export function fieldOf(metadata: CoreMetadata, name: string): string | undefined {
  const value = metadata.get(name)?.[0]?.trim();
  return value === "" || value === "UNKNOWN" ? undefined : value;
}

const linesOf = (text: string): readonly string[] =>
  (
    text
      .replace(/^\uFEFF/, "")
      .replaceAll("\r\n", "\n")
      .split("\n\n", 1)[0] ?? ""
  ).split("\n");

/**
 * Determines the licenses of a package from its SPDX expression, or else from its license text if
 * that is unambiguous, or else from its classifiers. Several classifiers are not joined, because it
 * is unknown whether all of them apply or one can be chosen.
 *
 * @see https://packaging.python.org/en/latest/specifications/license-expression/
 */
export function licensesOf(metadata: CoreMetadata): readonly string[] {
  const expression = fieldOf(metadata, "license-expression");
  if (expression !== undefined) return [expression];
  const text = fieldOf(metadata, "license") ?? "";
  const clear = clearLicense(text);
  if (clear !== undefined) return [clear];
  const classified = [...new Set((metadata.get("classifier") ?? []).flatMap((each) => classifiedLicense(each) ?? []))];
  return classified.length > 0 ? classified : named(text);
}

/**
 * The SPDX expression for a text that is an id of the SPDX list, or several joined ids. The first
 * line of a full licence is its name.
 */
function clearLicense(text: string): string | undefined {
  const [first = ""] = text.trim().split("\n", 1);
  const name = spdxLicense(first);
  return name.length <= longestName && expression.test(name) ? name : undefined;
}

const longestName = 200;

// all ids have a number, or are known; `BSD` and `GPL` are ambiguous
const id =
  "(?:ISC|MIT|MIT-CMU|HPND|NCSA|WTFPL|Unlicense|PostgreSQL|Zlib|0BSD|[A-Za-z][\\w.]*(?:-[A-Za-z][\\w.]*)*-\\d[\\w.+-]*)";
const expression = new RegExp(`^\\(?${id}(?:\\)? (?:(?:AND|OR) \\(?${id}|WITH [\\w.-]+))*\\)?$`, "i");

/**
 * The licence in a classifier: its id, as in `Eclipse Public License 2.0 (EPL-2.0)`, or its name.
 * The list is that of the trove classifiers (PEP 301).
 */
function classifiedLicense(classifier: string): string | undefined {
  const [, text = ""] = /^License\s*::(.*)$/s.exec(classifier.trim()) ?? [];
  const name = text.split("::").at(-1)?.trim() ?? "";
  if (name === "" || name === "OSI Approved") return undefined;
  const [, short = ""] = /\(([^()]*)\)$/.exec(name) ?? [];
  return clearLicense(short) ?? spdxLicense(name);
}

// the whole text of a licence, or a reference to its location, is not a name
const named = (text: string): readonly string[] => (text.length > 100 || /\n|\bfile\b|^$/i.test(text) ? [] : [text]);
