import { bounded, type IndexItem, invalidIndex } from "./index-item.ts";

/** Parses a list of checksums such as `SHA256SUMS`, whose files are the releases. */
export function checksumItems(text: string, url: string): readonly IndexItem[] {
  const items = bounded(text.split("\n"), url).flatMap((line): IndexItem[] => {
    const [, checksum, name] = /^([0-9a-f]{64,128})[ \t]{1,9}\*?(\S.{0,499})$/i.exec(line.trimEnd()) ?? [];
    const file = name?.trim().replace(/^.*\//, "");
    return file === undefined ? [] : [{ tag: undefined, file, uri: URL.parse(name ?? "", url)?.href, checksum }];
  });
  if (items.length === 0) throw invalidIndex(url, "it has no lines of a checksum and a file");
  return items;
}
