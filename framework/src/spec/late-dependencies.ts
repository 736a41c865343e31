import type { Table } from "./schema.ts";
import { parseToml } from "./toml.ts";

/**
 * Parses a descriptor and leaves `[[metadata.dependencies]]` until somebody asks for them: an inventory of 60 KB costs detect, which needs none
 * of it, 30 ms. What cannot be parsed without them is parsed with them.
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
 * The text without the tables of dependencies; undefined if it has none, or strings of several lines, which could look like tables. A line in a list
 * may look like a table, too: what is left then lacks one end of the list and cannot be parsed.
 */
export function withoutDependencies(text: string): string | undefined {
  if (!/^[ \t]*\[\[metadata\.dependencies\]\]/m.test(text) || /"""|'''|\ufffd/.test(text)) return undefined;
  return text
    .split(/^(?=[ \t]*\[)/m)
    .filter((section) => !dependenciesHeader.test(section))
    .join("");
}
