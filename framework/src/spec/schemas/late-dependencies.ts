import type { Table } from "./schema.ts";
import { parseToml } from "./toml.ts";

/**
 * Parses a descriptor. The tables of an inventory, such as `[[metadata.dependencies]]`, are only
 * parsed when they are accessed, because detect does not need them, and parsing an inventory of
 * 60 KB takes 30 ms. If the file cannot be parsed without these tables, it is parsed as a whole.
 *
 * @throws LibcnbError TOML_INVALID
 */
export function parseDescriptor(source: Uint8Array, file: string): Table {
  const text = Buffer.from(source).toString("utf8");
  const shorter = withoutDependencies(text);
  if (shorter === undefined) return parseToml(source, file);
  const table = parsed(shorter, file);
  const metadata = table?.metadata ?? {};
  if (table === undefined || typeof metadata !== "object") return parseToml(source, file);
  let all: Table | undefined;
  const later = (key: string) => () => {
    all ??= parseToml(source, file).metadata as Table;
    return all[key];
  };
  for (const key of lateKeys.filter((each) => headerOf(each).test(text)))
    Object.defineProperty(metadata, key, { get: later(key), enumerable: true });
  return { ...table, metadata };
}

function parsed(text: string, file: string): Table | undefined {
  try {
    return parseToml(text, file);
  } catch {
    return undefined; // its positions would not be those of the file
  }
}

/** The releases that a buildpack can install, and the settings with which `cnb inventory` finds them. */
const lateKeys = ["dependencies", "dependency-sources", "dependency-constraints"] as const;

const headerOf = (keys: string): RegExp => new RegExp(`^[ \\t]*\\[\\[?metadata\\.(${keys})[\\].]`, "m");
const lateHeader = headerOf(lateKeys.join("|"));

/**
 * Removes the tables of the inventory from the text of a descriptor. Returns undefined if there are
 * no `[[metadata.dependencies]]`, or if multi-line strings could look like tables. A line in a list may also look like a table. In
 * that case, the end of the list is removed as well, so that the remaining text cannot be parsed.
 */
export function withoutDependencies(text: string): string | undefined {
  if (!/^[ \t]*\[\[metadata\.dependencies\]\]/m.test(text) || /"""|'''|\ufffd/.test(text)) return undefined;
  return text
    .split(/^(?=[ \t]*\[)/m)
    .filter((section) => !lateHeader.test(section))
    .join("");
}
