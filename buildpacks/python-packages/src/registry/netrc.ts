import type { PackageIndex } from "../package-manager.ts";
import { type NamedIndex, namesOf } from "./same-index.ts";

/**
 * Creates the lines of a netrc with the credentials of the user's indexes by host, for tools that
 * accept credentials in no other way. A netrc has one login for each host.
 *
 * @param named the app's indexes, to find credentials by index name
 */
export function netrcLines(indexes: readonly PackageIndex[], named: readonly NamedIndex[]): readonly string[] {
  const logins = indexes.flatMap((index) => {
    const known = named.filter(({ name }) => namesOf(index, named).includes(name)).map(({ url }) => url);
    return [...(index.url === undefined ? [] : [index.url]), ...known].flatMap((url) => loginFor(url, index));
  });
  const hosts = new Map(logins.toReversed());
  return [...hosts].toReversed().map(([host, login]) => `machine ${host} ${login}`);
}

function loginFor(url: string, { username, password }: PackageIndex): readonly (readonly [string, string])[] {
  const host = URL.parse(url)?.hostname;
  if (!host || username === undefined || password === undefined) return [];
  return [[host, `login ${quoted(username)} password ${quoted(password)}`]];
}

/** As Python reads it. */
const quoted = (text: string): string =>
  /^[\w.~:/@+%=-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, (sign) => `\\${sign}`)}"`;
