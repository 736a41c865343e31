import { bounded, type IndexItem, invalidIndex, jsonOf, tableOf, textOf } from "./index-item.ts";

/**
 * Parses a page of GitHub's list of releases. Each file of a release becomes an item. Drafts are
 * omitted. Files that were uploaded before GitHub began to compute digests have no digest.
 *
 * @see https://docs.github.com/en/rest/releases/releases#list-releases
 */
export function githubItems(
  text: string,
  url: string,
): { readonly items: readonly IndexItem[]; readonly releases: number } {
  const releases = jsonOf(text, url);
  if (!Array.isArray(releases)) throw invalidIndex(url, "it is not a list");
  return { items: bounded(releases.flatMap(itemsOf), url), releases: releases.length };
}

function itemsOf(release: unknown): readonly IndexItem[] {
  const { tag_name: tag, draft, prerelease, assets } = tableOf(release);
  if (draft === true || !Array.isArray(assets)) return [];
  return assets.flatMap((asset): IndexItem[] => {
    const { name, browser_download_url: uri, digest } = tableOf(asset);
    const item = { tag: textOf(tag), file: textOf(name), uri: textOf(uri), checksum: textOf(digest) };
    return item.file === undefined || item.uri === undefined ? [] : [{ ...item, isPrerelease: prerelease === true }];
  });
}
