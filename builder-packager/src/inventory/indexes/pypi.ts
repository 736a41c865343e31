import { bounded, type IndexItem, invalidIndex, jsonOf, tableOf, textOf } from "./index-item.ts";
import { linksIn } from "./links.ts";

/**
 * Parses a project's page in the simple repository API of Python package indexes, as JSON or HTML.
 * Files that were yanked or have no SHA-256 are omitted.
 *
 * @see https://packaging.python.org/en/latest/specifications/simple-repository-api/
 */
export function pypiItems(text: string, url: string): readonly IndexItem[] {
  const files = text.trimStart().startsWith("{") ? jsonFiles(text, url) : htmlFiles(text, url);
  return files.flatMap(({ file, address, sha256, fields }): IndexItem[] => {
    if (!/^[0-9a-f]{64}$/.test(sha256 ?? "")) return [];
    const uri = file.endsWith(".whl") ? `pypi:${file}` : address;
    return [{ tag: undefined, file, uri, checksum: `sha256:${sha256}`, fields }];
  });
}

interface IndexedFile {
  readonly file: string;
  readonly address: string;
  readonly sha256: string | undefined;
  readonly fields?: IndexItem["fields"];
}

function jsonFiles(text: string, url: string): readonly IndexedFile[] {
  const { files } = tableOf(jsonOf(text, url));
  if (!Array.isArray(files)) throw invalidIndex(url, "it has no files");
  return bounded(files, url).flatMap((each): IndexedFile[] => {
    const { filename, url: link, hashes, yanked, "requires-python": python } = tableOf(each);
    const [file, address] = [textOf(filename), URL.parse(textOf(link) ?? "", url)?.href];
    if (file === undefined || address === undefined || (yanked !== undefined && yanked !== false)) return [];
    const sha256 = textOf(tableOf(hashes)["sha256"]);
    return [{ file, address, sha256, fields: { "requires-python": textOf(python) } }];
  });
}

/** A page without links is that of another server, such as a login page. */
function htmlFiles(text: string, url: string): readonly IndexedFile[] {
  const links = linksIn(text, url);
  if (links.length === 0) throw invalidIndex(url, "it has no links");
  return links.flatMap(({ href, file, attributes }): IndexedFile[] => {
    if (/\sdata-yanked\b/i.test(attributes)) return [];
    const [, sha256] = /#(?:.*&)?sha256=([0-9a-f]{64})(?:&|$)/.exec(href) ?? [];
    return [{ file, address: href.replace(/#.*$/s, ""), sha256 }];
  });
}
