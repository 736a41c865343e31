import { type Bindings, UserError } from "libcnb";
import type { PackageIndex } from "../package-manager.ts";
import { type NamedIndex, namesOf } from "./named-indexes.ts";

/**
 * Reads the indexes in bindings of the type `pypi`: `url`, `username`, `password` or `token`,
 * `default` (true or false).
 *
 * @throws UserError PYTHON_INDEX_INVALID
 */
export async function packageIndexes(bindings: Bindings): Promise<readonly PackageIndex[]> {
  const found = await bindings.filter({ type: "pypi" });
  return found
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((binding) => {
      const entry = (key: string) => (binding.has(key) ? binding.text(key).trim() || undefined : undefined);
      return indexOf(binding.name, {
        url: entry("url"),
        username: entry("username"),
        password: entry("password"),
        token: entry("token"),
        isDefault: /^(true|yes|on|1)$/i.test(entry("default") ?? ""),
      });
    });
}

interface Entries {
  readonly url: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
  readonly isDefault: boolean;
}

/** An address may hold the credentials; an index that wants a token takes it as the password of `__token__`. */
function indexOf(name: string, { url, token, isDefault, ...entries }: Entries): PackageIndex {
  const address = url === undefined ? undefined : URL.parse(url);
  if (address === null || (address !== undefined && !/^https?:$/.test(address.protocol))) throw invalid(name);
  const username = entries.username ?? decoded(address?.username) ?? (token === undefined ? undefined : "__token__");
  const password = entries.password ?? token ?? decoded(address?.password);
  if (address !== undefined) [address.username, address.password] = ["", ""];
  return { name, url: address?.href, username, password, isDefault };
}

function decoded(text = ""): string | undefined {
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    return text; // a password with a percent sign as it is
  }
}

// without the text: it may be a password in the wrong place
const invalid = (name: string): UserError =>
  new UserError("PYTHON_INDEX_INVALID", `the entry "url" of the binding ${name} is not an http or https URL`, {
    hint: 'Set the entry "url" to the URL of a package index, such as https://pypi.example.com/simple. Put credentials into the entry "token", or into "username" and "password".',
  });

/** Returns the URL of an index with its credentials; `undefined` if the index has no URL. */
export function withPassword({ url, username, password }: PackageIndex): string | undefined {
  const address = url === undefined ? undefined : new URL(url);
  if (address === undefined) return undefined;
  address.username = encodeURIComponent(username ?? "");
  address.password = encodeURIComponent(password ?? "");
  return address.href;
}

/**
 * Creates netrc lines with the credentials of the user's indexes by host, for tools that accept
 * credentials in no other way. A netrc contains one login for each host.
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

/** Quotes a text in the form that Python parses. */
const quoted = (text: string): string =>
  /^[\w.~:/@+%=-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, (sign) => `\\${sign}`)}"`;
