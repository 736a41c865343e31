import { type IndexItem, invalidIndex } from "./index-item.ts";
import { linksIn } from "./links.ts";

/** Parses an HTML page whose links are the files of releases, such as the listing of a directory. */
export function htmlItems(text: string, url: string): readonly IndexItem[] {
  const links = linksIn(text, url);
  if (links.length === 0) throw invalidIndex(url, "it has no links");
  return links.map(({ href, file }) => {
    const [, algorithm, digest] = /#(?:.*&)?(sha256|sha512)=([0-9a-f]+)(?:&|$)/.exec(href) ?? [];
    const checksum = digest === undefined ? undefined : `${algorithm}:${digest}`;
    return { tag: undefined, file, uri: href.replace(/#.*$/s, ""), checksum };
  });
}
