/** The fields at the start of a METADATA file, by names in lower case. */
export type CoreMetadata = ReadonlyMap<string, readonly string[]>;

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

/** The first value of a field; `undefined` if it is missing or blank. */
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
