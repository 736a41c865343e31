import type { PackageIndex } from "../package-manager.ts";
import { isSame, type NamedIndex, namesOf } from "../registry/same-index.ts";

/**
 * PDM settings with the user's indexes, for values missing in the app's `[[tool.pdm.source]]`.
 *
 * @param sources the app's sources: PDM reads the credentials of a source from the settings with
 * its name
 */
export function settingsText(indexes: readonly PackageIndex[], sources: readonly NamedIndex[]): string {
  const main = indexes.find(({ isDefault }) => isDefault);
  const tables = [
    ...(main === undefined ? [] : [["[pypi]", ...linesOf(main)]]),
    ...indexes.flatMap((each) =>
      tablesFor(each, sources, each === main).map((name) => [`[pypi.${JSON.stringify(name)}]`, ...linesOf(each)]),
    ),
  ];
  return tables.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

/** One that the app knows is no other index besides. */
function tablesFor(index: PackageIndex, sources: readonly NamedIndex[], isMain: boolean): readonly string[] {
  const names = namesOf(index, sources);
  const isKnown = sources.some(({ url }) => index.url !== undefined && isSame(url, index.url));
  return isKnown || isMain ? names.filter((name) => sources.some((each) => each.name === name)) : names;
}

// a text of JSON is one of TOML too
const linesOf = ({ url, username, password }: PackageIndex): readonly string[] =>
  Object.entries({ url, username, password }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} = ${JSON.stringify(value)}`],
  );
