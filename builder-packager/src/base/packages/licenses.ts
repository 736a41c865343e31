/** Debian's short names that differ from those of SPDX; case is ignored. */
const spdxNames: ReadonlyMap<string, string> = new Map([
  ["expat", "MIT"],
  ["artistic", "Artistic-1.0-Perl"],
  ["artistic-2", "Artistic-2.0"],
  ["apache-2", "Apache-2.0"],
  ["bsd-2-clauses", "BSD-2-Clause"],
  ["cc0", "CC0-1.0"],
  ["mpl-1.1", "MPL-1.1"],
  ["psf-2", "PSF-2.0"],
  ["python-2", "Python-2.0"],
  ["unicode", "Unicode-DFS-2016"],
]);

/** The limit of licenses: a copyright file may list hundreds, and a scanner needs only the relevant ones. */
const maxLicenses = 60;

/**
 * Finds the licenses in a package's `copyright` file, as SPDX ids if possible. In a
 * machine-readable file, the licenses are in the License fields. Any other file is searched for
 * references to `/usr/share/common-licenses`.
 *
 * @see https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
 */
export function licensesIn(copyright: string): string[] {
  const fields = [...copyright.matchAll(/^License:[ \t]*([^\n]+)$/gm)].map(([, name = ""]) => spdxOf(name));
  const common = [...copyright.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z0-9.+-]*[A-Za-z0-9+])/g)];
  const found = /^Format:/m.test(copyright) ? fields : common.map(([, name = ""]) => spdxOf(name));
  return [...new Set(found.filter((name) => name !== ""))].sort().slice(0, maxLicenses);
}

/** One short name or an expression of them: `GPL-2+ or Artistic`. */
function spdxOf(text: string): string {
  const words = text.trim().slice(0, 200).split(/\s+/);
  return words.map((word) => (/^(and|or)$/i.test(word) ? word.toUpperCase() : shortName(word))).join(" ");
}

function shortName(word: string): string {
  const [, family, version = "", later] = /^(A?L?GPL|GFDL)-(\d+(?:\.\d+)*?)(?:\.0)?(\+)?$/i.exec(word) ?? [];
  if (!family) return spdxNames.get(word.toLowerCase()) ?? word;
  return `${family.toUpperCase()}-${version.includes(".") ? version : `${version}.0`}-${later ? "or-later" : "only"}`;
}
