import { bounded, type IndexItem, invalidIndex } from "./index-item.ts";

/**
 * Parses the list of versions from a Go module proxy, which has one version in each line.
 *
 * @see https://go.dev/ref/mod#goproxy-protocol
 */
export function goItems(text: string, url: string): readonly IndexItem[] {
  const versions = text.split("\n").map((line) => line.trim());
  if (/<\w+/.test(text)) throw invalidIndex(url, "it is a page of HTML");
  return bounded(versions, url)
    .filter((version) => /^v\d/.test(version))
    .map((tag) => ({ tag, uri: url.replace(/list$/, `${escaped(tag)}.zip`) }));
}

/**
 * Escapes capital letters in the path of a Go module, as the module proxy protocol requires: `!`
 * and the small letter.
 */
export const escaped = (path: string): string => path.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
