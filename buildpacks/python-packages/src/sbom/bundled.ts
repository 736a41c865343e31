import { defined, unlessEmpty } from "@libcnb/app-kit/defined";
import { isTable, tableOf, textOf, textsOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import { type Component, type s, sbomComponent } from "libcnb";
import type { Package } from "../package-manager.ts";
import { checksumsOf } from "./installed-file.ts";

/**
 * Reads an SBOM in a wheel that lists the libraries in the wheel, such as copied libraries and
 * compiled Rust crates. A document that is unreadable or not CycloneDX is ignored, because such a
 * file should not fail the build.
 *
 * @see https://peps.python.org/pep-0770/
 */
export function bundledIn(text: string, owner: string): readonly Component[] {
  const document = tableIn(text);
  if (document["bomFormat"] !== "CycloneDX") return [];
  const entries = tablesOf(document["components"], 0).flatMap((entry) => {
    const found = isPart(entry, owner) ? undefined : componentOf(entry);
    return found === undefined ? [] : [{ ref: textOf(entry["bom-ref"]) ?? "", found }];
  });
  const references = new Map(entries.map(({ ref, found }) => [ref, referenceOf(found)]));
  const needed = neededIn(document);
  return entries.map(({ ref, found }) => {
    const dependencies = (needed.get(ref) ?? []).flatMap((each) => (each === ref ? [] : (references.get(each) ?? [])));
    return { ...found, dependencies };
  });
}

function tableIn(text: string): s.Table {
  try {
    return tableOf(JSON.parse(text));
  } catch {
    return {};
  }
}

const maxDepth = 10; // parts of parts of parts; deeper nesting occurs only in hostile files

const tablesOf = (value: unknown, depth: number): readonly s.Table[] =>
  Array.isArray(value) && depth < maxDepth
    ? value.filter(isTable).flatMap((each) => [each, ...tablesOf(each["components"], depth + 1)])
    : [];

/** The wheel itself, or what was only needed to make it. */
function isPart({ scope, purl }: s.Table, owner: string): boolean {
  const [, name] = /^pkg:pypi\/([^@?#]+)/.exec(textOf(purl) ?? "") ?? [];
  return scope === "excluded" || (name !== undefined && normalizedName(name) === owner);
}

function neededIn(document: s.Table): ReadonlyMap<string, readonly string[]> {
  const list = document["dependencies"];
  const entries = Array.isArray(list) ? list.filter(isTable) : [];
  return new Map(entries.map(({ ref, dependsOn }) => [textOf(ref) ?? "", textsOf(dependsOn)]));
}

/**
 * Converts a component of a CycloneDX document, without invalid fields; `undefined` if its name is
 * missing or invalid.
 */
function componentOf(entry: s.Table): Component | undefined {
  const [name, version, group] = [textOf(entry["name"]), textOf(entry["version"]), textOf(entry["group"])];
  if (name === undefined) return undefined;
  const bare: Component = {
    type: types.find((type) => type === entry["type"]) ?? "library",
    name,
    ...defined({ version, group }),
    scope: entry["scope"] === "optional" ? "optional" : "required",
    dependencies: [],
  };
  return valid({ ...bare, ...identifiersOf(entry), ...detailsOf(entry) }) ?? valid({ ...bare, ...detailsOf(entry) });
}

const types = ["application", "framework", "library", "container", "operating-system", "file"] as const;

function identifiersOf(entry: s.Table): Pick<Component, "purl" | "cpe"> {
  const [purl, cpe] = [textOf(entry["purl"]), textOf(entry["cpe"])];
  return defined({ purl, cpe });
}

function detailsOf({ licenses, hashes }: s.Table): Pick<Component, "licenses" | "checksums"> {
  const names = listOf(licenses).flatMap(({ license, expression }) => {
    const { id, name } = tableOf(license);
    return textOf(expression) ?? textOf(id) ?? textOf(name) ?? [];
  });
  const digests = listOf(hashes).map(({ alg, content }) => `${String(alg).replace("-", "").toLowerCase()}:${content}`);
  const checksums = checksumsOf(digests);
  return defined({
    licenses: unlessEmpty(names),
    checksums: Object.keys(checksums).length > 0 ? checksums : undefined,
  });
}

const listOf = (value: unknown): readonly s.Table[] => (Array.isArray(value) ? value.filter(isTable) : []);

/** Without a Package URL others refer to it by its name, which must not look like one. */
function valid(given: Component): Component | undefined {
  if (given.purl === undefined && /^pkg:/i.test(referenceOf(given))) return undefined;
  try {
    return sbomComponent(given);
  } catch {
    return undefined;
  }
}

/**
 * Returns the reference by which other components name a component: its Package URL, or else
 * `group/name@version`.
 */
const referenceOf = ({ purl, group, name, version }: Component): string =>
  purl ?? `${group === undefined ? "" : `${group}/`}${name}${version === undefined ? "" : `@${version}`}`;

/**
 * Returns the libraries that packages contain, without duplicates. Libraries that are also
 * installed as packages are omitted, because the packages have better metadata.
 */
export function bundled(packages: readonly Package[], installed: ReadonlySet<string | undefined>) {
  const all = packages.flatMap(({ bundled = [], scope }) =>
    bundled.map((each): Component => (scope === "optional" ? { ...each, scope } : each)),
  );
  const others = all.filter(({ purl }) => purl === undefined || !installed.has(purl));
  return Array.from(Map.groupBy(others, referenceOf).values(), merged);
}

/** One that several packages were made of: what any of them requires is required. */
function merged(same: readonly Component[]): Component {
  const scopes = new Set(same.map(({ scope }) => scope ?? "required"));
  const dependencies = [...new Set(same.flatMap((each) => each.dependencies ?? []))];
  return { ...(same[0] as Component), scope: scopes.has("required") ? "required" : "optional", dependencies };
}

/**
 * Returns the references to those libraries in a package that no other library in the package
 * depends on.
 */
export function namesOfBundled(bundled: readonly Component[] = []): readonly string[] {
  const needed = new Set(bundled.flatMap(({ dependencies = [] }) => dependencies));
  const all = bundled.map(referenceOf);
  const direct = all.filter((name) => !needed.has(name));
  return direct.length > 0 ? direct : all;
}
