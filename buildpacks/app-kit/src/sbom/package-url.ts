/** A part of a Package URL: halves of characters, which nothing can encode, are replaced. */
export const urlPart = (text: string): string => encodeURIComponent(text.toWellFormed());

/**
 * A Package URL.
 *
 * @param path the names of groups and of the package, each a part of its own
 * @param version may be empty
 * @param qualifier `?vcs_url=…`, or empty
 * @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
export const packageUrl = (type: string, path: readonly string[], version: string, qualifier: string): string =>
  `pkg:${type}/${path.map(urlPart).join("/")}${version === "" ? "" : `@${urlPart(version)}`}${qualifier}`;
