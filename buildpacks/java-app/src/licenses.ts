import { spdxLicense } from "libcnb/kit";

/** A license in a pom or a manifest. */
export interface NamedLicense {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
}

/**
 * Converts the licenses of a pom to licenses for the SBOM. Unambiguous names become SPDX ids.
 * Several licenses in a pom are alternatives. If all of them have SPDX ids, the result is one SPDX
 * expression with `OR`.
 *
 * @see https://maven.apache.org/pom.html#Licenses
 */
export function licensesOf(given: readonly NamedLicense[]): readonly string[] {
  const licenses = [...new Set(given.flatMap((each) => licenseOf(each) ?? []))];
  return licenses.length > 1 && licenses.every(isId) ? [licenses.toSorted().join(" OR ")] : licenses;
}

/** Its id by its name, else by its address, else what it is called. */
function licenseOf({ name, url }: NamedLicense): string | undefined {
  const [called, address] = [clean(name), clean(url)];
  const id = [called, address].flatMap((text) => (text === undefined ? [] : (idOf(text) ?? [])))[0];
  return id ?? called ?? address;
}

// a name may be the text of the licence
const longest = 200;

function clean(text: string | undefined): string | undefined {
  const line = text?.replace(/\s+/g, " ").trim() ?? "";
  return line === "" || line.length > longest || line.includes("${") ? undefined : line;
}

function idOf(text: string): string | undefined {
  const known = names.get(simplified(text)) ?? addresses.find(([pattern]) => pattern.test(text))?.[1];
  if (known !== undefined) return known;
  const named = spdxLicense(text);
  return isId(named) ? named : undefined;
}

/**
 * True if a text is an id of SPDX, or an expression with an exception: all have a number, or are
 * among these.
 */
const isId = (text: string): boolean =>
  /^(?:MIT|ISC|WTFPL|Unlicense|Zlib|HPND|PostgreSQL|UPL|[A-Za-z][\w.]*(?:-[A-Za-z][\w.]*)*-\d[\w.+-]*(?: WITH [\w.-]+)?)$/.test(
    text,
  );

const simplified = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\b(?:the|licen[cs]e|version|v(?=\.?\s?\d))\b|[\s"',.:()_-]+/g, " ")
    .replace(/\s+/g, " ")
    .trim();

const classpath = "GPL-2.0-only WITH Classpath-exception-2.0";

/** The names of licences that only Java libraries use. */
const names: ReadonlyMap<string, string> = new Map(
  (
    [
      ["Apache-2.0", "apache 2, apache 2.0, asl 2.0, al 2.0, apache software 2.0, apache software license version 2.0"],
      ["EPL-1.0", "epl 1.0, epl-v10, eclipse public v1.0, eclipse public license v 1.0"],
      ["EPL-2.0", "epl 2.0, epl-v20, eclipse public v2.0, eclipse public license v 2.0"],
      ["BSD-3-Clause", "edl 1.0, eclipse distribution 1.0, eclipse distribution license v 1.0, revised bsd, bsd new"],
      [
        "CDDL-1.0",
        "cddl 1.0, cddl, common development and distribution 1.0, common development and distribution license v1.0",
      ],
      ["CDDL-1.1", "cddl 1.1, common development and distribution 1.1"],
      ["CC0-1.0", "cc0, public domain per creative commons cc0, creative commons zero, cc0 1.0 universal"],
      [
        classpath,
        "gpl2 w/ cpe, gplv2 with classpath exception, gpl-2.0 with classpath-exception-2.0, gnu general public license version 2 with the gnu classpath exception, gnu general public license v2.0 only with classpath exception",
      ],
      ["Unlicense", "unlicense"],
      ["UPL-1.0", "universal permissive license v 1.0, upl 1.0"],
    ] as const
  ).flatMap(([id, all]) => all.split(", ").map((name) => [simplified(name), id] as const)),
);

/** The URLs of licence texts. */
const addresses: readonly (readonly [RegExp, string])[] = [
  [/apache\.org\/licenses\/license-2\.0/i, "Apache-2.0"],
  [/eclipse\.org\/(?:legal\/epl-v10|org\/documents\/epl-v10)/i, "EPL-1.0"],
  [/eclipse\.org\/(?:legal\/epl-(?:v20|2\.0)|org\/documents\/epl-2\.0)/i, "EPL-2.0"],
  [/eclipse\.org\/(?:org\/documents\/edl-v10|legal\/edl)/i, "BSD-3-Clause"],
  [/creativecommons\.org\/publicdomain\/zero\/1\.0/i, "CC0-1.0"],
  [/mozilla\.org\/(?:en-us\/)?mpl\/2\.0/i, "MPL-2.0"],
  [/gnu\.org\/software\/classpath\/license/i, classpath],
];

/**
 * Parses the licenses in the manifest header of an OSGi bundle: `Apache-2.0;link="https://…",MIT`.
 */
export const licensesOfBundle = (header: string): readonly string[] =>
  licensesOf(
    header
      .slice(0, 2_000)
      .split(",")
      .map((part) => ({ name: part.split(";")[0], url: /link="?([^";]+)/.exec(part)?.[1] })),
  );
