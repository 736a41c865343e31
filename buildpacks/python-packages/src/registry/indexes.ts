import { type Bindings, UserError } from "libcnb";
import type { PackageIndex } from "../package-manager.ts";

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
  new UserError("PYTHON_INDEX_INVALID", `the url of the binding ${name} is not a URL`, {
    hint: "A binding of the type pypi has the entries url (https://…), username, password or token, and default.",
  });

/** Returns the URL of an index with its credentials; `undefined` if the index has no URL. */
export function withPassword({ url, username, password }: PackageIndex): string | undefined {
  const address = url === undefined ? undefined : new URL(url);
  if (address === undefined) return undefined;
  address.username = encodeURIComponent(username ?? "");
  address.password = encodeURIComponent(password ?? "");
  return address.href;
}
