/**
 * Returns the SPDX id of a license's common name, such as `The MIT License (MIT)` or `Apache
 * License, Version 2.0`. Any other name is returned unchanged, also an ambiguous one such as `BSD
 * License` or `Apache Software License`.
 *
 * @see https://peps.python.org/pep-0639/#mapping-license-classifiers-to-spdx-identifiers
 * @example `spdxLicense("Apache License, Version 2.0") // "Apache-2.0"`
 */
export function spdxLicense(text: string): string {
  const name = text.trim();
  return name.length > longestName ? name : (ids.get(simplified(name)) ?? name);
}

// what is longer is the text of a licence
const longestName = 200;

/** Without case, punctuation, abbreviations in parentheses, and words that all names have. */
const simplified = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\([^()]*\)/g, " ")
    .replace(/\bversion |v(?:er)?\.? ?(?=\d)/g, "")
    .replace(/\b(?:the|gnu|software|general|licen[cs]e)\b/g, " ")
    .replace(/(\d)\.0\b/g, "$1")
    .replace(/[^a-z0-9.+/]+/g, " ")
    .trim();

const names: Readonly<Record<string, string>> = {
  "0BSD": "0bsd, zero clause bsd",
  "AGPL-3.0-only": "affero public 3 only",
  "AGPL-3.0-or-later": "agpl3+, affero public 3 or later, affero public 3+",
  "Apache-2.0": "apache 2, apache2, asl 2, apache 2 only",
  "BSD-2-Clause": "bsd 2 clause, 2 clause bsd, simplified bsd",
  "BSD-3-Clause": "bsd 3 clause, 3 clause bsd, new bsd, modified bsd, revised bsd",
  "BSL-1.0": "boost 1, bsl 1",
  "CC0-1.0": "cc0 1, cc0 1 universal",
  "EPL-1.0": "eclipse public 1",
  "EPL-2.0": "eclipse public 2, epl 2",
  "EUPL-1.2": "european union public 1.2, eupl 1.2",
  "GPL-2.0-only": "public 2 only",
  "GPL-2.0-or-later": "gpl2+, public 2 or later, public 2+",
  "GPL-3.0-only": "public 3 only",
  "GPL-3.0-or-later": "gpl3+, public 3 or later, public 3+",
  HPND: "historical permission notice and disclaimer",
  ISC: "isc",
  "LGPL-2.1-or-later": "lgpl2.1+, lesser public 2.1 or later",
  "LGPL-3.0-or-later": "lgpl3+, lesser public 3 or later, lesser public 3+",
  MIT: "mit, expat, mit expat, expat mit",
  "MIT-0": "mit no attribution",
  "MPL-1.0": "mozilla public 1",
  "MPL-1.1": "mozilla public 1.1, mpl 1.1",
  "MPL-2.0": "mozilla public 2, mpl 2",
  "PSF-2.0": "python foundation, psf, psf 2, psfl, python foundation 2",
  "UPL-1.0": "universal permissive, upl",
  Unlicense: "unlicense, public domain unlicense",
  WTFPL: "wtfpl",
  "ZPL-2.1": "zope public 2.1, zpl 2.1",
  Zlib: "zlib, zlib/libpng",
};

const ids: ReadonlyMap<string, string> = new Map(
  Object.entries(names).flatMap(([id, all]) => all.split(", ").map((name) => [simplified(name), id] as const)),
);
