import { CnbError } from "../../errors.ts";

/**
 * One paragraph of a Debian control file. Field names are in lower case, because Debian ignores the
 * case of field names.
 */
export type Stanza = ReadonlyMap<string, string>;

/**
 * Parses Debian's `Field: value` format (control, Packages, Release, `.sources`). Continuation
 * lines are joined with a line feed, without their leading space. Lines that start with `#` are
 * comments.
 *
 * @example `parseDeb822("Package: dash\nVersion: 0.5\n", "Packages")[0]?.get("package") // "dash"`
 */
export function parseDeb822(text: string, source: string, hint = damagedMirror): Stanza[] {
  const stanzas: Stanza[] = [];
  let fields = new Map<string, string>();
  let field = "";
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith("#")) continue;
    if (line.trim() === "") {
      if (fields.size > 0) stanzas.push(fields);
      fields = new Map();
      field = "";
    } else if (/^[ \t]/.test(line) && field) fields.set(field, `${fields.get(field)}\n${line.slice(1)}`);
    else {
      const [name, value] = parseField(line, { location: `${source}, line ${index + 1},`, hint });
      field = name;
      fields.set(name, value);
    }
  }
  if (fields.size > 0) stanzas.push(fields);
  return stanzas;
}

/** The hint for a file of a mirror, or of a package from there. */
const damagedMirror =
  "The file is damaged. Pass another mirror with --mirror URL, or contact the operator of the mirror.";

interface LinePosition {
  /** The file and the line, as the start of an error message. */
  readonly location: string;
  readonly hint: string;
}

function parseField(line: string, { location, hint }: LinePosition): [name: string, value: string] {
  const match = /^([!-9;-~]+):[ \t]*(.*?)[ \t]*$/.exec(line);
  if (match) return [(match[1] ?? "").toLowerCase(), match[2] ?? ""];
  const shown = JSON.stringify(line.slice(0, 80));
  throw new CnbError("BASE_INDEX_INVALID", `${location} does not have the form "Field: value": ${shown}`, { hint });
}

/** Splits the value of a field at white space into words. */
export const wordsOf = (value: string | undefined): string[] => value?.split(/\s+/).filter(Boolean) ?? [];
