import { defined } from "../defined.ts";
import { checksumText, parseChecksum } from "../host/downloads/checksum.ts";
import { invalidDescriptor } from "../spec/descriptor.ts";
import {
  anyTable,
  checked,
  integer,
  list,
  matching,
  optional,
  string,
  type Table,
  table,
} from "../spec/schemas/schema.ts";
import { type Decoded, decode, type Issue, type Schema } from "../spec/schemas/standard-schema.ts";
import { npmPackage } from "./npm/npm-package.ts";
import { pypiWheel } from "./pypi/pypi-wheel.ts";
import type { InventoryFile, Release } from "./release.ts";
import { releaseComponent } from "./release-component.ts";

const purl = matching(/^pkg:[A-Za-z][A-Za-z0-9.+-]*\/\S+$/, "a Package URL");
const date = matching(/^\d{4}-\d\d-\d\d([T ].*)?$/, "a date such as 2027-04-30");

const licenceTable = table({ type: optional(string), uri: optional(string) });

// packit has names, libpak tables
const licence: Schema<Decoded<typeof licenceTable>> = checked(
  (value) => {
    const result = typeof value === "string" ? { value: { type: value } } : licenceTable["~standard"].validate(value);
    if (result instanceof Promise)
      throw new TypeError("the schema of a licence validates asynchronously, which is not supported");
    return result;
  },
  [string, licenceTable],
);

const entry = table({
  id: matching(/^\S+$/, "an id"),
  name: optional(string),
  version: matching(/^\S+$/, "a version"),
  uri: string,
  sha256: optional(string),
  checksum: optional(string),
  os: optional(string),
  arch: optional(string),
  variant: optional(string),
  distros: optional(list(table({ name: string, version: optional(string) }))),
  stacks: optional(list(string)),
  licenses: optional(list(licence)),
  purl: optional(purl),
  purls: optional(list(purl)),
  cpe: optional(string),
  cpes: optional(list(string)),
  source: optional(string),
  source_sha256: optional(string),
  "source-checksum": optional(string),
  "strip-components": optional(integer),
  deprecation_date: optional(date),
  "eol-date": optional(date),
});

/** The schema of an inventory: the table `[metadata]` of buildpack.toml, or a separate file. */
export const inventorySchema = table({ dependencies: optional(list(entry)), "default-versions": optional(anyTable) });

type Entry = Decoded<typeof entry>;

/**
 * Decodes the inventory in a table. All errors are reported at once. `at` is the path of the table
 * in the file.
 */
export function decodeInventory(value: Table, file: string, at: string): InventoryFile {
  const decoding = decode(inventorySchema, value, at);
  if (decoding.issues !== undefined) throw invalidDescriptor(file, decoding.issues);
  const { dependencies = [], "default-versions": defaults = {} } = decoding.value;
  const path = at === "" ? "" : `${at}.`;
  const issues = [
    ...dependencies.flatMap((each, index) => entryIssues(each, `${path}dependencies[${index}]`)),
    ...defaultIssues(defaults, dependencies, `${path}default-versions`),
  ];
  if (issues.length > 0) throw invalidDescriptor(file, issues);
  return { file, releases: dependencies.map(release), defaultVersions: defaults as Readonly<Record<string, string>> };
}

function entryIssues(given: Entry, at: string): readonly Issue[] {
  const issues: Issue[] = [];
  const issue = (key: string, message: string) => issues.push({ path: `${at}.${key}`, message });
  if (!isSource(given.uri))
    issue("uri", `expected an https, http, file, npm or pypi URI, got ${JSON.stringify(given.uri)}`);
  for (const key of ["checksum", "source-checksum"] as const) {
    const value = given[key];
    if (value && parseChecksum(value) === undefined)
      issue(
        key,
        `expected sha256:<hexadecimal digits>, sha512:<hexadecimal digits> or sha512-<base64>, got ${JSON.stringify(value)}`,
      );
  }
  if (given.sha256 && parseChecksum(`sha256:${given.sha256}`) === undefined)
    issue("sha256", `expected 64 hexadecimal digits, got ${JSON.stringify(given.sha256)}`);
  if ((given["strip-components"] ?? 0) < 0) issue("strip-components", "expected 0 or more");
  for (const key of ["deprecation_date", "eol-date"] as const) {
    const value = given[key];
    if (value !== undefined && Number.isNaN(Date.parse(value))) issue(key, `there is no such day: ${value}`);
  }
  // other frameworks use the architecture of the Package URL; without both, a buildpack would install a file for the
  // wrong machine
  const arch = purlsOf(given).flatMap((each) => /[?&]arch=([^&#]+)/.exec(each)?.[1] ?? [])[0];
  if (given.arch === undefined && arch !== undefined)
    issue("arch", `is missing, while the Package URL is for ${arch} only`);
  return issues;
}

function isSource(uri: string): boolean {
  if (uri.startsWith("npm:")) return npmPackage(uri) !== undefined;
  if (uri.startsWith("pypi:")) return pypiWheel(uri) !== undefined;
  return ["https:", "http:", "file:"].includes(URL.parse(uri)?.protocol ?? "");
}

function defaultIssues(defaults: Table, dependencies: readonly Entry[], at: string): readonly Issue[] {
  return Object.entries(defaults).flatMap(([id, version]) => {
    if (typeof version !== "string") return [{ path: `${at}.${id}`, message: "expected a version range" }];
    return dependencies.some((each) => each.id === id)
      ? []
      : [{ path: `${at}.${id}`, message: "no dependency has this id" }];
  });
}

function release(given: Entry): Release {
  const { id, name = id, version, uri } = given;
  const checksum = canonical(given.checksum || (given.sha256 && `sha256:${given.sha256}`));
  const common = {
    id,
    name,
    version,
    uri,
    checksum,
    os: given.os || undefined,
    arch: given.arch || undefined,
    variant: given.variant || undefined,
    distros: given.distros ?? [],
    stacks: given.stacks ?? [],
    licenses: given.licenses ?? [],
    purls: purlsOf(given),
    cpes: given.cpes ?? (given.cpe ? [given.cpe] : []),
    source: given.source || undefined,
    sourceChecksum: canonical(given["source-checksum"] || (given.source_sha256 && `sha256:${given.source_sha256}`)),
    stripComponents: given["strip-components"],
    endOfLife: given["eol-date"] ?? given.deprecation_date,
  };
  return { ...common, component: releaseComponent(common), metadata: metadataOf(common) };
}

function metadataOf({ id, version, os, arch, checksum }: Omit<Release, "component" | "metadata">): Release["metadata"] {
  return {
    id,
    version,
    ...defined({ os, arch, checksum }),
  };
}

const purlsOf = ({ purl: one, purls }: Entry): readonly string[] => purls ?? (one ? [one] : []);

function canonical(text: string | undefined): string | undefined {
  const checksum = text ? parseChecksum(text) : undefined;
  return checksum && checksumText(checksum);
}
