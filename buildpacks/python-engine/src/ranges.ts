import { versionRange } from "libcnb";

/** Longer than what people write: what else a file of the app has there. */
const longest = 1000;

/**
 * The specifiers of a request that admit the newest of some versions, given newest first; or else
 * the last ones.
 */
export async function bestRange(words: string, versions: readonly string[]): Promise<string> {
  const ranges = rangesOf(words);
  if (ranges.length === 1) return ranges[0] ?? words;
  const tests = await Promise.all(ranges.map((range) => versionRange(range, "pep440")));
  const newest = versions.find((version) => tests.some((admits) => admits?.(version)));
  const best = newest === undefined ? -1 : tests.findIndex((admits) => admits?.(newest));
  return ranges.at(best) ?? words;
}

/**
 * The alternative PEP 440 specifiers of a request: Poetry supports carets, tildes and alternatives,
 * too.
 *
 * https://packaging.python.org/specifications/version-specifiers, https://python-poetry.org/docs/dependency-specification
 */
export function rangesOf(words: string): readonly string[] {
  if (words.length > longest || !/[\^~|]/.test(words.replaceAll("~=", ""))) return [words];
  return words.split(/\|\|?/).map((alternative) =>
    alternative
      .trim()
      .split(/\s*,\s*|\s+(?=[<>=!~^])/)
      .map(specifier)
      .join(","),
  );
}

function specifier(text: string): string {
  const [, sign, version = ""] = /^(\^|~(?!=))\s*v?(\d+(?:\.\d+)*)$/.exec(text) ?? [];
  if (sign === undefined) return /^\d+(\.\d+)?$/.test(text) ? `==${text}.*` : text;
  const [major = 0, minor] = version.split(".").map(Number);
  const end = sign === "~" && minor !== undefined ? `${major}.${minor + 1}` : `${major + 1}`;
  return `>=${version},<${end}`;
}
