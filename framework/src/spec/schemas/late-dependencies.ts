import type { Table } from "./schema.ts";
import { parseToml } from "./toml.ts";

/**
 * Parses a descriptor. `[[metadata.dependencies]]` are only parsed when they are accessed, because
 * detect does not need them and parsing an inventory of 60 KB takes 30 ms. A file that cannot be
 * parsed without them is parsed as a whole.
 *
 * @throws LibcnbError TOML_INVALID
 */
export function parseDescriptor(source: Uint8Array, file: string): Table {
  const shorter = withoutDependencies(Buffer.from(source).toString("utf8"));
  if (shorter === undefined) return parseToml(source, file);
  const table = parsed(shorter, file);
  const metadata = table?.metadata ?? {};
  if (table === undefined || typeof metadata !== "object") return parseToml(source, file);
  let all: Table | undefined;
  const dependencies = () => {
    all ??= parseToml(source, file).metadata as Table;
    return all.dependencies;
  };
  Object.defineProperty(metadata, "dependencies", { get: dependencies, enumerable: true });
  return { ...table, metadata };
}

function parsed(text: string, file: string): Table | undefined {
  try {
    return parseToml(text, file);
  } catch {
    return undefined; // its positions would not be those of the file
  }
}

const dependenciesHeader = /^[ \t]*\[\[?metadata\.dependencies[\].]/;

/**
 * Removes the dependency tables from a text; undefined if there are none, or if multi-line strings
 * could look like tables. A line in a list may also look like a table. The end of the list is then
 * removed as well, so that the remaining text cannot be parsed.
 */
export function withoutDependencies(text: string): string | undefined {
  if (!/^[ \t]*\[\[metadata\.dependencies\]\]/m.test(text) || /"""|'''|\ufffd/.test(text)) return undefined;
  return text
    .split(/^(?=[ \t]*\[)/m)
    .filter((section) => !dependenciesHeader.test(section))
    .join("");
}
