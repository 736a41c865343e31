import { s } from "libcnb/internal";
import { parseToml } from "libcnb/spec";
import { invalidConfig, withCode } from "../config/problems.ts";
import { type KnownKeys, unknownKeys } from "../config/unknown-keys.ts";
import { isTable } from "../schema.ts";
import { expanded, matrixIssues, mostTables } from "./matrix.ts";
import { variablesIn } from "./template.ts";

const sourceTypes = ["npm", "pypi", "github", "go", "maven", "json", "html", "checksums", "inventory"] as const;

/** The kind of an index of releases. */
export type SourceType = (typeof sourceTypes)[number];

const matrix = s.optional(s.anyTable);

const source = s.table({
  id: s.matching(/^\S+$/, "the id of dependencies"),
  type: s.oneOf(...sourceTypes),
  name: s.optional(s.string),
  url: s.optional(s.string),
  path: s.optional(s.string),
  latest: s.optional(s.string),
  tag: s.optional(s.string),
  file: s.optional(s.string),
  items: s.optional(s.string),
  version: s.optional(s.string),
  where: s.optional(s.anyTable),
  uri: s.optional(s.string),
  checksum: s.optional(s.string),
  signature: s.optional(s.string),
  keys: s.optional(s.string),
  os: s.optional(s.string),
  arch: s.optional(s.anyTable),
  prereleases: s.optional(s.boolean),
  limit: s.optional(s.integer),
  matrix,
  entry: s.optional(s.anyTable),
});

const constraint = s.table({
  id: s.matching(/^\S+$/, "the id of dependencies"),
  constraint: s.string,
  patches: s.optional(s.integer),
  line: s.optional(s.oneOf("major", "minor")),
  scheme: s.optional(s.oneOf("semver", "pep440")),
  "eol-date": s.optional(s.matching(/^\d{4}-\d\d-\d\d$/, "a date such as 2027-04-30")),
  matrix,
});

const keysOf = (names: readonly string[]): KnownKeys => Object.fromEntries(names.map((name) => [name, true]));

const sourceKeys = keysOf(
  "id type name url path latest tag file items version where uri checksum signature keys os arch prereleases limit matrix entry".split(
    " ",
  ),
);
const constraintKeys = keysOf(["id", "constraint", "patches", "line", "scheme", "eol-date", "matrix"]);

/** A source of releases: an entry of `[[dependency-sources]]`. Texts with `{…}` are templates. */
export interface DeclaredSource {
  /** The id of the dependencies that come from this source. */
  readonly id: string;
  readonly type: SourceType;
  /** The package, `owner/repository`, Go module or `group:artifact`. */
  readonly name?: string | undefined;
  /** The URL of the registry, or that of the index. */
  readonly url?: string | undefined;
  /** For the type `inventory`: the path of the other inventory, relative to this one. */
  readonly path?: string | undefined;
  /** The URL of a JSON document that names the newest release: its keys are variables of `url`. */
  readonly latest?: string | undefined;
  /** The form of a tag or of a version in the index: `jq-{version}`. Default: `{version}`, with or without `v`. */
  readonly tag?: string | undefined;
  /** The form of the file name: `jq-linux-{arch}`. */
  readonly file?: string | undefined;
  /** The path to the list of releases in a JSON index: `releases[].files[]`. */
  readonly items?: string | undefined;
  /** The key of the version in an item of a JSON index. Default: `version`. */
  readonly version?: string | undefined;
  /** The values that an item of a JSON index must have: `{ os = "linux", arch = "{arch}" }`. */
  readonly where?: Readonly<Record<string, unknown>> | undefined;
  /** The URI of the release. */
  readonly uri?: string | undefined;
  /** The checksum, or the URL of a file of checksums. */
  readonly checksum?: string | undefined;
  /** The URL of the detached OpenPGP signature of the file of checksums, or else of the index. */
  readonly signature?: string | undefined;
  /** The file with the OpenPGP keys, relative to the inventory. */
  readonly keys?: string | undefined;
  readonly os?: string | undefined;
  /** The source's names of architectures, by Go's names. */
  readonly arch?: Readonly<Record<string, string>> | undefined;
  readonly prereleases?: boolean | undefined;
  /**
   * The number of releases to read from GitHub, newest first. Above 100, complete pages of 100 are
   * read. Default: 500.
   */
  readonly limit?: number | undefined;
  /** The values of further variables: the source is repeated for each combination of them. */
  readonly matrix?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Further keys of each release. */
  readonly entry?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A constraint that determines which releases an inventory keeps: an entry of
 * `[[dependency-constraints]]`, as in Paketo's buildpacks.
 */
export interface Constraint {
  readonly id: string;
  /** The version range: `24.*`. */
  readonly constraint: string;
  /** The number of versions to keep. Without it, existing ones are kept, and the newest is added. */
  readonly patches?: number | undefined;
  /** Counts the versions of each major or minor version. Default: those of the whole range. */
  readonly line?: "major" | "minor" | undefined;
  readonly scheme?: "semver" | "pep440" | undefined;
  readonly "eol-date"?: string | undefined;
  /** The values of variables in texts: the constraint is repeated for each combination of them. */
  readonly matrix?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** The sources and constraints of an inventory. */
export interface InventoryRules {
  readonly sources: readonly DeclaredSource[];
  readonly constraints: readonly Constraint[];
}

/**
 * Returns the table that contains `dependencies`: the root of the file, or `[metadata]` as in
 * buildpack.toml.
 */
export function inventoryTable(root: s.Table): { readonly table: s.Table; readonly at: "" | "metadata" } {
  const { metadata } = root;
  const isBelow = ["dependencies", "dependency-sources"].every((key) => root[key] === undefined) && isTable(metadata);
  return isBelow ? { table: metadata, at: "metadata" } : { table: root, at: "" };
}

/**
 * Reads `[[dependency-sources]]` and `[[dependency-constraints]]` in a buildpack.toml or in a
 * separate inventory file.
 *
 * @throws CnbError INVENTORY_INVALID with all problems and their positions
 */
export function inventoryRules(text: string, file: string): InventoryRules {
  const { table, at } = inventoryTable(withCode("INVENTORY_INVALID", () => parseToml(text, file)));
  const path = at === "" ? "" : `${at}.`;
  const sources = decoded(source, table["dependency-sources"], `${path}dependency-sources`, sourceKeys);
  const constraints = decoded(
    constraint,
    table["dependency-constraints"],
    `${path}dependency-constraints`,
    constraintKeys,
  );
  const declaredSources = sources.items as readonly DeclaredSource[];
  const declaredConstraints = constraints.items as readonly Constraint[];
  const issues = [
    ...sources.issues,
    ...constraints.issues,
    ...tableIssues(declaredSources, `${path}dependency-sources`, sourceIssues),
    ...tableIssues(declaredConstraints, `${path}dependency-constraints`, constraintIssues),
  ];
  if (issues.length > 0)
    throw invalidConfig("INVENTORY_INVALID", {
      file,
      source: text,
      issues,
      hint: "docs/guide/inventories.md describes the keys of sources and constraints.",
    });
  return {
    sources: declaredSources.flatMap((each) => expanded(each)),
    constraints: declaredConstraints.flatMap((each) => expanded(each)),
  };
}

/** Returns the problems of tables, each of which may represent several tables. */
function tableIssues<Table extends Constraint | DeclaredSource>(
  tables: readonly Table[],
  path: string,
  issuesOf: (table: Table, at: string) => readonly s.Issue[],
): readonly s.Issue[] {
  const invalid = tables.flatMap(({ matrix }, index) => matrixIssues(matrix, `${path}[${index}]`));
  if (invalid.length > 0) return invalid;
  const all = tables.map((table) => expanded(table));
  if (all.flat().length > mostTables) return [{ path, message: `stands for more than ${mostTables} tables` }];
  return all.flatMap((repeated, index) => {
    const at = `${path}[${index}]`;
    const issues = repeated.flatMap((each) => [...idIssues(each.id, at), ...issuesOf(each, at)]);
    return [...new Map(issues.map((each) => [`${each.path} ${each.message}`, each])).values()];
  });
}

function idIssues(id: string, at: string): readonly s.Issue[] {
  const [name] = variablesIn(id);
  return name === undefined ? [] : [{ path: `${at}.id`, message: `the matrix has no values for {${name}}` }];
}

function decoded<Item>(schema: s.Schema<Item>, value: unknown, at: string, keys: KnownKeys) {
  if (value === undefined) return { items: [] as readonly Item[], issues: [] as readonly s.Issue[] };
  const unknown = unknownKeys(value, keys, at);
  const { value: items = [], issues = [] } = { value: undefined, ...s.decode(s.list(schema), value, at) };
  const tooMany = items.length > mostTables ? [{ path: at, message: `has more than ${mostTables} tables` }] : [];
  return { items, issues: [...unknown, ...issues, ...tooMany] };
}

/** The keys that a type of source needs. */
const needed: Readonly<Record<SourceType, readonly (keyof DeclaredSource)[]>> = {
  npm: ["name"],
  pypi: ["name", "file"],
  github: ["name", "file"],
  go: ["name"],
  maven: ["name"],
  json: ["url", "uri"],
  html: ["url", "file"],
  checksums: ["url", "file"],
  inventory: [],
};

const nameForms: Readonly<Partial<Record<SourceType, readonly [RegExp, string]>>> = {
  npm: [/^(@[a-z0-9][\w.-]*\/)?[a-zA-Z0-9][\w.-]*$/, "a package name"],
  pypi: [/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, "a project name"],
  github: [/^[\w.-]+\/[\w.-]+$/, "owner/repository"],
  go: [/^[A-Za-z0-9][\w.~/-]*$/, "a module path"],
  maven: [/^[\w.-]+:[\w.-]+$/, "group:artifact"],
};

function sourceIssues(declared: DeclaredSource, at: string): readonly s.Issue[] {
  const { type, name, where = {}, arch = {}, signature, keys, checksum, limit } = declared;
  const issues: s.Issue[] = [];
  const issue = (key: string, message: string) => issues.push({ path: `${at}.${key}`, message });
  for (const key of needed[type])
    if (declared[key] === undefined) issue(key, `is missing; a source of the type ${type} needs it`);
  const [form, description] = nameForms[type] ?? [];
  if (name !== undefined && form?.test(name.replaceAll("{arch}", "x")) === false)
    issue("name", `expected ${description}, got ${JSON.stringify(name)}`);
  for (const key of ["url", "latest"] as const)
    if (!isUrl(declared[key], key === "url" && declared.latest !== undefined))
      issue(key, `expected an https, http or file URL, got ${JSON.stringify(declared[key])}`);
  for (const [key, value] of [
    ...Object.entries(arch).map(([k, v]) => [`arch.${k}`, v]),
    ...Object.entries(where).map(([k, v]) => [`where.${k}`, v]),
  ] as const)
    if (
      typeof value !== "string" &&
      !(String(key).startsWith("where.") && ["boolean", "number"].includes(typeof value))
    )
      issue(String(key), "expected a string");
  for (const key of ["file", "tag"] as const) {
    const count = variablesIn(declared[key] ?? "").length;
    if (count > mostVariables) issue(key, `has ${count} variables; the maximum is ${mostVariables}`);
  }
  if (type === "inventory" && (declared.path === undefined) === (declared.url === undefined))
    issue("path", "a source of the type inventory needs either path or url");
  if (limit !== undefined && limit < 1) issue("limit", "expected 1 or more");
  if (limit !== undefined && type !== "github") issue("limit", "is for sources of the type github");
  if ((signature === undefined) !== (keys === undefined))
    issue(signature === undefined ? "signature" : "keys", "is missing; a signature needs both signature and keys");
  if (signature !== undefined && !isAddress(checksum) && !indexes.has(type))
    issue(
      "signature",
      "is not supported here: it signs a file of checksums, or an index of the type json, html or checksums",
    );
  return issues;
}

/** Indexes that a publisher can sign. */
const indexes: ReadonlySet<SourceType> = new Set(["json", "html", "checksums"]);

const isUrl = (text: string | undefined, canHaveVariables: boolean): boolean =>
  text === undefined ||
  (canHaveVariables && text.includes("{")) ||
  /^(https?|file):/.test(URL.parse(text)?.protocol ?? "");

/** Limits the time that a template takes to match, above all if it repeats a variable: see matcher.ts. */
const mostVariables = 3;

/** True if a template is a URL. */
export const isAddress = (template: string | undefined): template is string =>
  /^(https?:|file:|\{url\}|\{uri\})/.test(template ?? "");

function constraintIssues({ patches }: Constraint, at: string): readonly s.Issue[] {
  return patches !== undefined && patches < 1 ? [{ path: `${at}.patches`, message: "expected 1 or more" }] : [];
}
