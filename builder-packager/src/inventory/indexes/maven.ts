import { bounded, type IndexItem, invalidIndex } from "./index-item.ts";

/**
 * Parses the `maven-metadata.xml` of an artifact.
 *
 * @see https://maven.apache.org/repositories/metadata.html
 */
export function mavenItems(text: string, url: string): readonly IndexItem[] {
  const [start, end] = [text.indexOf("<versions>"), text.lastIndexOf("</versions>")];
  if (start < 0 || end < start) throw invalidIndex(url, "it has no element versions");
  const versions = text.slice(start, end).matchAll(/<version>\s{0,99}([\w.+-]{1,100})\s{0,99}<\/version>/g);
  return bounded(Array.from(versions), url).map(([, tag]) => ({ tag }));
}
