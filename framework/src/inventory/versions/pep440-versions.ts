import { compare, explain, satisfies, valid, validRange } from "@renovatebot/pep440";
import type { Versions } from "./scheme.ts";

/**
 * The version scheme of Python (PEP 440). A plain version, as in `.python-version`, matches all
 * versions with that prefix.
 */
export const pep440Versions: Versions = {
  isVersion: (text) => valid(text) !== null,
  lineLength: 2,
  compare,
  range(text, wanted) {
    const range = specifier(text.trim());
    if (!validRange(range)) return undefined;
    const prereleases = wanted || namesPrerelease(range);
    return (version) => satisfies(version, range, { prereleases });
  },
};

function specifier(text: string): string {
  if (text === "*") return "";
  const [, numbers, wildcard] = /^v?(\d+(?:\.\d+)*)(\.[*xX])?$/.exec(text) ?? [];
  if (numbers === undefined) return valid(text) === null ? text : `==${text}`;
  return wildcard === undefined && numbers.split(".").length >= 3 ? `==${numbers}` : `==${numbers}.*`;
}

const namesPrerelease = (range: string): boolean =>
  range.split(",").some((part) => {
    const version = part.replace(/^[\s<>=!~]+/, "").replace(/(?<![\s*.])[\s*.]+$/, "");
    return explain(version)?.is_prerelease ?? false;
  });
