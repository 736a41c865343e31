import type { PackageIndex } from "../package-manager.ts";

/** Settings of PDM with the user's indexes: what an app's `[[tool.pdm.source]]` of the same name does not say itself. */
export function settingsText(indexes: readonly PackageIndex[]): string {
  const main = indexes.find(({ isDefault }) => isDefault);
  const others = indexes.filter((each) => each !== main);
  const tables = [
    ...(main === undefined ? [] : [["[pypi]", ...linesOf(main)]]),
    ...others.map((each) => [`[pypi.${JSON.stringify(each.name)}]`, ...linesOf(each)]),
  ];
  return tables.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

// a text of JSON is one of TOML too
const linesOf = ({ url, username, password }: PackageIndex): readonly string[] =>
  Object.entries({ url, username, password }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} = ${JSON.stringify(value)}`],
  );
