import { publicAddress } from "@libcnb/app-kit/addresses";
import { fileName } from "./lockfile.ts";
import type { Mirror } from "./mirror.ts";

/**
 * Converts a lockfile to a mirror: it keeps versions and digests, so that the same packages are
 * installed, and replaces the URLs.
 *
 * @param original the text of the lockfile
 * @param locked the text of a lockfile that uv created with the mirror, for the URLs of the files
 */
export function lockAt({ url, replaced }: Mirror, original: string, locked: string): string {
  const addresses = new Map(
    [...locked.matchAll(fileEntries)].map(([, , address = ""]) => [fileName(address), address]),
  );
  const known = new Set(replaced);
  return original
    .replace(registries, (text, start: string, address: string) =>
      known.has(address) ? `${start}${publicAddress(url)}` : text,
    )
    .replace(
      fileEntries,
      (_, start: string, address: string) => `${start}${addresses.get(fileName(address)) ?? address}`,
    );
}

// as uv writes them, which is the only one to do so
const registries = /(\bregistry = ")([^"]*)/g;
const fileEntries = /(\{ url = ")([^"]*)(?=", hash = ")/g;
