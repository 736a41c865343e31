import { defined } from "@libcnb/app-kit/defined";
import { isTable } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";

/**
 * Converts the user's `.npmrc` for Yarn 2 and newer, which only read `.yarnrc.yml`; `undefined` if
 * it contains no setting for Yarn.
 */
export function berrySettings(entries: ReadonlyMap<string, string>): s.Table | undefined {
  const registry = entries.get("registry");
  const scopes = [...entries].flatMap(([key, url]) => {
    const [, scope] = /^@([^:]+):registry$/.exec(key) ?? [];
    return scope === undefined ? [] : [[scope, { npmRegistryServer: bare(url) }] as const];
  });
  const registries = credentials(entries);
  const plain = [registry, ...scopes.map(([, { npmRegistryServer }]) => npmRegistryServer)].flatMap((url) =>
    plainHost(url),
  );
  const settings = defined({
    npmRegistryServer: registry === undefined ? undefined : bare(registry),
    npmScopes: scopes.length > 0 ? Object.fromEntries(scopes) : undefined,
    npmRegistries: registries.size > 0 ? Object.fromEntries(registries) : undefined,
    unsafeHttpWhitelist: plain.length > 0 ? [...new Set(plain)] : undefined,
  });
  return Object.keys(settings).length === 0 ? undefined : settings;
}

/** By `//host/path`. */
function credentials(entries: ReadonlyMap<string, string>): ReadonlyMap<string, s.Table> {
  const found = new Map<string, s.Table>();
  for (const [key, value] of entries) {
    const [, location, kind] = /^(\/\/.+?)\/?:(_authToken|_auth|username)$/.exec(key) ?? [];
    if (location === undefined) continue;
    if (kind === "_authToken") found.set(location, { npmAlwaysAuth: true, npmAuthToken: value });
    if (kind === "_auth") found.set(location, { npmAlwaysAuth: true, npmAuthIdent: decoded(value) });
    const password = entries.get(key.replace(/username$/, "_password"));
    if (kind === "username" && password !== undefined)
      found.set(location, { npmAlwaysAuth: true, npmAuthIdent: `${value}:${decoded(password)}` });
  }
  return found;
}

const decoded = (base64: string): string => Buffer.from(base64, "base64").toString();

const bare = (url: string): string => url.replace(/(?<!\/)\/+$/, "");

/** Yarn asks without encryption only whom the user allows by name. */
function plainHost(url: string | undefined): readonly string[] {
  const address = URL.parse(url ?? "");
  return address?.protocol === "http:" ? [address.hostname] : [];
}

/** Merges settings. Tables are merged key by key. */
export function joined(below: s.Table, above: s.Table): s.Table {
  const entries = Object.entries(above).map(([key, value]) => {
    const other = below[key];
    return [key, isTable(other) && isTable(value) ? joined(other, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(entries) };
}
