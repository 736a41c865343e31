import { isTable, tableOf, textOf, textsOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import type { Component, s } from "libcnb";
import { componentOf, referenceOf } from "./bundled-component.ts";

/**
 * Reads the libraries that a wheel declares as bundled: copied libraries, compiled Rust crates. A
 * document that is unreadable or not CycloneDX is ignored, because such a file should not fail the
 * build.
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

const maxDepth = 10; // parts of parts of parts; nobody nests deeper, but to harm

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
