import { isTable, tableOf, textOf } from "@libcnb/app-kit/tables";
import { type Component, component, type Table } from "libcnb";
import { checksumsOf } from "./checksums.ts";

/** A component in a CycloneDX document, with its valid fields; `undefined` without a valid name. */
export function componentOf(entry: Table): Component | undefined {
  const [name, version, group] = [textOf(entry["name"]), textOf(entry["version"]), textOf(entry["group"])];
  if (name === undefined) return undefined;
  const bare: Component = {
    type: types.find((type) => type === entry["type"]) ?? "library",
    name,
    ...(version !== undefined && { version }),
    ...(group !== undefined && { group }),
    scope: entry["scope"] === "optional" ? "optional" : "required",
    dependencies: [],
  };
  return valid({ ...bare, ...identifiersOf(entry), ...detailsOf(entry) }) ?? valid({ ...bare, ...detailsOf(entry) });
}

const types = ["application", "framework", "library", "container", "operating-system", "file"] as const;

function identifiersOf(entry: Table): Pick<Component, "purl" | "cpe"> {
  const [purl, cpe] = [textOf(entry["purl"]), textOf(entry["cpe"])];
  return { ...(purl !== undefined && { purl }), ...(cpe !== undefined && { cpe }) };
}

function detailsOf({ licenses, hashes }: Table): Pick<Component, "licenses" | "checksums"> {
  const names = listOf(licenses).flatMap(({ license, expression }) => {
    const { id, name } = tableOf(license);
    return textOf(expression) ?? textOf(id) ?? textOf(name) ?? [];
  });
  const digests = listOf(hashes).map(({ alg, content }) => `${String(alg).replace("-", "").toLowerCase()}:${content}`);
  const checksums = checksumsOf(digests);
  return {
    ...(names.length > 0 && { licenses: names }),
    ...(Object.keys(checksums).length > 0 && { checksums }),
  };
}

const listOf = (value: unknown): readonly Table[] => (Array.isArray(value) ? value.filter(isTable) : []);

/** Without a Package URL others refer to it by its name, which must not look like one. */
function valid(given: Component): Component | undefined {
  if (given.purl === undefined && /^pkg:/i.test(referenceOf(given))) return undefined;
  try {
    return component(given);
  } catch {
    return undefined;
  }
}

/** The reference in the framework's form. */
export const referenceOf = ({ purl, group, name, version }: Component): string =>
  purl ?? `${group === undefined ? "" : `${group}/`}${name}${version === undefined ? "" : `@${version}`}`;
