/** The parts of a Package URL that policies compare. */
export interface Purl {
  /** The type in lower case, for example `npm`. */
  readonly type: string;
  /** The namespace and the name, decoded: `@acme/web`. */
  readonly path: string;
  /** The version, decoded; absent if there is none. */
  readonly version?: string;
}

const longest = 2000;

/**
 * Parses a Package URL or a pattern of Package URLs, without qualifiers and subpath. Returns
 * undefined for any other text.
 *
 * @example `parsePurl("pkg:npm/%40acme/web@1.2.3?arch=x") // { type: "npm", path: "@acme/web", version: "1.2.3" }`
 * @see https://github.com/package-url/purl-spec
 */
export function parsePurl(text: string): Purl | undefined {
  if (text.length > longest) return undefined;
  const [, type = "", rest = ""] = /^pkg:\/*([A-Za-z0-9.+*-]+)\/([^?#]+)/.exec(text) ?? [];
  const trimmed = trimSlashes(rest);
  // The @ of a version is not at the beginning of the name, as in pkg:npm/@acme.
  const at = trimmed.lastIndexOf("@");
  const isVersion = at > trimmed.lastIndexOf("/") + 1;
  const path = decoded(isVersion ? trimmed.slice(0, at) : trimmed);
  const version = isVersion ? decoded(trimmed.slice(at + 1)) : "";
  if (type === "" || path === undefined || path === "" || version === undefined) return undefined;
  const named = { type: type.toLowerCase(), path };
  return version === "" ? named : { ...named, version };
}

/** Formats a Package URL for people: decoded, and without qualifiers. */
export const formatPurl = ({ type, path, version }: Purl): string =>
  `pkg:${type}/${path}${version === undefined ? "" : `@${version}`}`;

function trimSlashes(text: string): string {
  let [start, end] = [0, text.length];
  while (text[start] === "/") start += 1;
  while (end > start && text[end - 1] === "/") end -= 1;
  return text.slice(start, end);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
