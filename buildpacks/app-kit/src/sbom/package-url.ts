/** Encodes a part of a Package URL. Lone surrogates, which cannot be encoded, are replaced. */
export const urlPart = (text: string): string => encodeURIComponent(text.toWellFormed());

/**
 * Formats a Package URL.
 *
 * @param path the names of the groups and of the package, one element each
 * @param version may be empty
 * @param qualifier `?vcs_url=…`, or empty
 * @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
export const packageUrl = (type: string, path: readonly string[], version: string, qualifier: string): string =>
  `pkg:${type}/${path.map(urlPart).join("/")}${version === "" ? "" : `@${urlPart(version)}`}${qualifier}`;
