/**
 * The specifiers of PEP 440 that somebody's words mean, of which one has to fit: Poetry knows carets, tildes and alternatives, too.
 *
 * https://packaging.python.org/specifications/version-specifiers, https://python-poetry.org/docs/dependency-specification
 */
export function rangesOf(words: string): readonly string[] {
  if (!/[\^~|]/.test(words.replaceAll("~=", ""))) return [words];
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
