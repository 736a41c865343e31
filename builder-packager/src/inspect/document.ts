import { stringifyToml } from "libcnb/spec";
import { type Plain, stringifyYaml } from "./yaml.ts";

/** A table of plain values. */
export type Table = { readonly [key: string]: Plain };

/**
 * The result of an inspection in the form of pack's output: its name, then the registry's and the
 * local content.
 */
export interface InspectDocument {
  readonly shared: Table;
  readonly location: "remote" | "local";
  readonly info: Table;
  /** Lists that are `null` in pack's JSON if empty. */
  readonly nullable: readonly string[];
  /** The YAML key for fields that other formats have at the top level, as in pack. */
  readonly yamlShared?: string;
}

/** The formats of `--output`; pack calls `text` human-readable. */
export const outputFormats = ["text", "human-readable", "json", "yaml", "toml"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** Formats the document as JSON, YAML or TOML, with pack's keys. */
export function renderDocument(
  document: InspectDocument,
  format: Exclude<OutputFormat, "text" | "human-readable">,
): string {
  const { shared, nullable, yamlShared } = document;
  switch (format) {
    case "json":
      return `${JSON.stringify({ ...shared, ...infos(document, withNulls(document.info, nullable)) }, null, 2)}\n`;
    case "yaml":
      return stringifyYaml({
        ...(yamlShared === undefined ? shared : { [yamlShared]: shared }),
        ...infos(document, lowerLicenses(document.info)),
      });
    case "toml":
      return stringifyToml({
        ...shared,
        [`${document.location}_info`]: forToml(lowerLicenses(document.info), nullable) as Table,
      });
  }
}

const infos = ({ location }: InspectDocument, info: Plain): Table => ({
  remote_info: location === "remote" ? info : null,
  local_info: location === "local" ? info : null,
});

/** Does something to each table, the innermost first. */
function mapTables(value: Plain, change: (entries: [string, Plain][]) => [string, Plain][]): Plain {
  if (Array.isArray(value)) return value.map((item) => mapTables(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(change(Object.entries(value).map(([key, item]) => [key, mapTables(item, change)])));
}

const isEmpty = (value: Plain): boolean => Array.isArray(value) && value.length === 0;

const withNulls = (info: Plain, nullable: readonly string[]): Plain =>
  mapTables(info, (entries) =>
    entries.map(([key, value]) => [key, nullable.includes(key) && isEmpty(value) ? null : value]),
  );

/** pack gives names to the fields of a licence for TOML and, by chance, YAML; its JSON has those of Go. */
const lowerLicenses = (info: Plain): Plain =>
  mapTables(info, (entries) => entries.map(([key, value]) => [{ Type: "type", URI: "uri" }[key] ?? key, value]));

/** An empty list of tables is not there in TOML. Who created a builder has capital keys: pack has no names for them. */
function forToml(info: Plain, nullable: readonly string[]): Plain {
  const listed = mapTables(info, (entries) =>
    entries.filter(([key, value]) => !(nullable.includes(key) && key !== "args" && isEmpty(value))),
  );
  return mapTables(listed, (entries) =>
    entries.map(([key, value]) => [key, key === "created_by" ? capital(value) : value]),
  );
}

const capital = (value: Plain): Plain =>
  mapTables(value, (entries) => entries.map(([key, item]) => [key.slice(0, 1).toUpperCase() + key.slice(1), item]));
