import { defined } from "@libcnb/app-kit/defined";
import { isTable, tableOf, textOf } from "@libcnb/app-kit/tables";
import { type Component, type s, sbomComponent } from "libcnb";
import { checksumsOf } from "./checksums.ts";

/**
 * Converts a component of a CycloneDX document, without invalid fields; `undefined` if its name is
 * missing or invalid.
 */
export function componentOf(entry: s.Table): Component | undefined {
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
  return {
    ...(names.length > 0 && { licenses: names }),
    ...(Object.keys(checksums).length > 0 && { checksums }),
  };
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
export const referenceOf = ({ purl, group, name, version }: Component): string =>
  purl ?? `${group === undefined ? "" : `${group}/`}${name}${version === undefined ? "" : `@${version}`}`;
