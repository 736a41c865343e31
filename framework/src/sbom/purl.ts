/** The parts of a Package URL, decoded. */
export interface Purl {
  readonly type: string;
  readonly namespace: readonly string[];
  readonly name: string;
  readonly version: string | undefined;
  readonly qualifiers: readonly (readonly [key: string, value: string])[];
  readonly subpath: readonly string[];
}

/**
 * Parses a Package URL; undefined if it is invalid. The rules of package types are not applied. For
 * example, npm's rule would convert names to lower case, although npm registries distinguish case.
 *
 * @see https://github.com/package-url/purl-spec
 */
export function parsePurl(text: string): Purl | undefined {
  const [, type, path, version, query, subpath] =
    /^pkg:\/*([A-Za-z][A-Za-z0-9.-]*)\/([^?#]*?)(?:@([^@/?#]*))?(?:\?([^#]*))?(?:#(.*))?$/s.exec(text) ?? [];
  if (type === undefined || path === undefined) return undefined;
  try {
    const names = segments(path);
    const name = names.pop();
    if (name === undefined) return undefined;
    const decoded = version === undefined || version === "" ? undefined : decodeURIComponent(version);
    const purl = { type: type.toLowerCase(), namespace: names, name, version: decoded, subpath: segments(subpath) };
    const qualifiers = query === undefined ? [] : qualifiersOf(query);
    return qualifiers && { ...purl, qualifiers };
  } catch {
    return undefined; // a % without two hexadecimal digits
  }
}

/** Formats a Package URL in its canonical form: encoded as required, with sorted qualifiers. */
export function formatPurl({ type, namespace, name, version, qualifiers, subpath }: Purl): string {
  const path = [type, ...[...namespace, name].map(encode)].join("/");
  const query = qualifiers.map(([key, value]) => `${key}=${encode(value)}`).join("&");
  return [
    `pkg:${path}`,
    version === undefined ? "" : `@${encode(version)}`,
    query === "" ? "" : `?${query}`,
    subpath.length === 0 ? "" : `#${subpath.map(encode).join("/")}`,
  ].join("");
}

const segments = (path = ""): string[] =>
  path
    .split("/")
    .filter((segment) => segment !== "" && segment !== "." && segment !== "..")
    .map(decodeURIComponent);

function qualifiersOf(query: string): Purl["qualifiers"] | undefined {
  const pairs = query.split("&").map((pair) => {
    const equals = pair.indexOf("=");
    return [pair.slice(0, equals).toLowerCase(), decodeURIComponent(pair.slice(equals + 1))] as const;
  });
  const keys = new Set(pairs.map(([key]) => key));
  if (keys.size < pairs.length || pairs.some(([key]) => !/^[a-z][a-z0-9._-]*$/.test(key))) return undefined;
  return pairs.filter(([, value]) => value !== "").sort(([a], [b]) => (a < b ? -1 : 1));
}

const encode = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%3A", ":");
