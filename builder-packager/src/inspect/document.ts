import { formatToml } from "libcnb/spec";
import { type Plain, stringifyYaml } from "./yaml.ts";

/** A table whose values are JSON values. */
export type Table = { readonly [key: string]: Plain };

/**
 * The result of an inspection in the form of pack's output: the name, then the image's content in
 * the registry or on this machine.
 */
export interface InspectDocument {
  readonly shared: Table;
  readonly location: "remote" | "local";
  readonly info: Table;
  /** The names of lists that are `null` in pack's JSON if they are empty. */
  readonly nullable: readonly string[];
  /** The YAML key that contains the fields that other formats have at the top level, as in pack. */
  readonly yamlShared?: string;
}

/** The values of `--output`. `human-readable` is pack's name for `text`. */
export const outputFormats = ["text", "human-readable", "json", "yaml", "toml"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** Formats the result of an inspection as JSON, YAML or TOML, with pack's keys. */
export function renderDocument(
  document: InspectDocument,
  format: Exclude<OutputFormat, "text" | "human-readable">,
): string {
  const { shared, nullable, yamlShared } = document;
  switch (format) {
    case "json":
      return `${JSON.stringify({ ...shared, ...infos(document, withNulls(document.info, nullable)) }, null, 2)}\n`;
    case "yaml": {
      const head = yamlShared === undefined ? shared : { [yamlShared]: shared };
      return stringifyYaml({ ...head, ...infos(document, lowerLicenses(document.info)) });
    }
    case "toml":
      return formatToml({
        ...shared,
        [`${document.location}_info`]: forToml(lowerLicenses(document.info), nullable) as Table,
      });
  }
}

const infos = ({ location }: InspectDocument, info: Plain): Table => ({
  remote_info: location === "remote" ? info : null,
  local_info: location === "local" ? info : null,
});

/** Applies a function to each table, the innermost first. */
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

/**
 * Renames the fields of licenses to lower case for TOML and YAML. pack's JSON has Go's field names.
 */
const lowerLicenses = (info: Plain): Plain =>
  mapTables(info, (entries) => entries.map(([key, value]) => [{ Type: "type", URI: "uri" }[key] ?? key, value]));

/**
 * Converts content for TOML: empty lists of tables are omitted, and the keys of `created_by` are
 * capitalized, as in pack.
 */
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
