import type { ArchiveSource } from "../archive/archive-source.ts";
import { parseDeb822 } from "../archive/deb822.ts";
import { fetchPackages, type PackageCacheContext, readPackage } from "../archive/package-cache.ts";
import { isPackageFolder, packagesByDigest } from "../archive/package-folder.ts";
import { type BinaryPackage, packageOf, packageUrl } from "../archive/package-index.ts";
import { readDebControl } from "./deb.ts";
import type { PinnedPackage, Pins, SelectedPackages } from "./lock-pins.ts";

/**
 * Downloads the packages that a lock file pins. No index is read, because the packages themselves
 * contain the metadata. A package may come from any source, because its bytes must match the
 * checksum in the lock file.
 *
 * @throws CnbError BASE_LOCK_GONE when no mirror has one of the packages
 */
export async function lockedPackages(
  { packages }: Pins,
  sources: readonly ArchiveSource[],
  context: PackageCacheContext,
): Promise<SelectedPackages> {
  const locations = await locationsIn(sources);
  const found = packages.map((pin) => ({ pin, item: unread(pin, locations(pin)) }));
  await fetchPackages(
    found.map(({ item }) => item),
    context,
  );
  const read: { readonly pin: PinnedPackage; readonly item: BinaryPackage }[] = [];
  for (const { pin, item } of found) {
    const control = await readDebControl(await readPackage(item, context), item.name);
    const fields = parseDeb822(control, item.filename)[0] ?? new Map();
    read.push({ pin, item: { ...packageOf(fields, item.filename, item), locked: true } });
  }
  const inSections = (...sections: readonly string[]) =>
    read
      .filter(({ pin }) => sections.includes(pin.section))
      .map(({ item }) => item)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const [locale] = inSections("locale-packages");
  return { build: inSections("packages", "build-packages"), run: inSections("packages", "run-packages"), locale };
}

/**
 * The possible locations of a pinned package: in a directory by its checksum, on a mirror by its
 * file name.
 */
async function locationsIn(sources: readonly ArchiveSource[]): Promise<(pin: PinnedPackage) => string[]> {
  const finders: ((pin: PinnedPackage) => string | undefined)[] = [];
  for (const url of new Set(sources.map((source) => source.url))) {
    if (await isPackageFolder(url)) {
      const byDigest = await packagesByDigest(url);
      finders.push(({ sha256, filename }) => byDigest.get(sha256) ?? `${url}/${filename.split("/").at(-1)}`);
    } else finders.push(({ filename }) => packageUrl(url, filename));
  }
  return (pin) => finders.flatMap((find) => find(pin) ?? []);
}

/** A package known only from the lock file. */
const unread = ({ name, version, sha256, size, filename }: PinnedPackage, urls: readonly string[]): BinaryPackage => ({
  name,
  version,
  sha256,
  size,
  filename,
  urls,
  locked: true,
  architecture: "",
  priority: "optional",
  essential: false,
  depends: [],
  provides: [],
  conflicts: [],
  replaces: [],
});
