import { defined } from "@libcnb/app-kit/defined";
import { isTable } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";

/** The texts and variables from which registry settings are read. */
export interface RegistrySettings {
  /** The user's own `.npmrc`. */
  readonly user: string | undefined;
  /** The texts of `.npmrc` files in bindings. */
  readonly bound: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Creates one `.npmrc` with all the user's settings. Later lines take precedence over earlier ones.
 * Returns `undefined` if there are no settings.
 *
 * A file is used because all tools read it. Only npm reads the variable
 * `npm_config_//host/:_authToken`, and pnpm 11 does not read `NPM_CONFIG_REGISTRY`.
 */
export function npmrcOf({ user = "", bound, env }: RegistrySettings): string | undefined {
  const variables = variableLines(env);
  if (bound.length === 0 && variables.length === 0) return undefined;
  return [user, ...bound, ...variables, ""]
    .filter((text, index, all) => text !== "" || index === all.length - 1)
    .join("\n");
}

function variableLines(env: RegistrySettings["env"]): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const [, key] = /^npm_config_(registry|\/\/.+|@.+:registry)$/i.exec(name) ?? [];
    return key === undefined || !value ? [] : [`${/^registry$/i.test(key) ? "registry" : key}=${value}`];
  });
}

/**
 * Parses the entries of an `.npmrc`, and replaces environment variables in them. The last entry of
 * each name is used.
 */
export function npmrcEntries(text: string, env: RegistrySettings["env"]): ReadonlyMap<string, string> {
  const entries = text.split(/\r?\n/).flatMap((line) => {
    const [, key, value] = /^([^#;=][^=]*)=(.*)$/.exec(line.trim()) ?? [];
    if (key === undefined || value === undefined) return [];
    const plain = value.trimStart().replace(/^(["'])(.*)\1$/, "$2");
    return [[key.trimEnd(), plain.replace(/\$\{([^${}]+)\}/g, (whole, name: string) => env[name] ?? whole)] as const];
  });
  return new Map(entries);
}

/**
 * Selects the lines of an `.npmrc` that affect the installed packages. A new token or registry does
 * not cause an installation.
 */
export const decisiveSettings = (text: string, env: RegistrySettings["env"]): string =>
  [...npmrcEntries(text, env)]
    .filter(([key]) => !isAboutAccess.test(key))
    .map((entry) => entry.join("="))
    .toSorted()
    .join("\n");

const isAboutAccess =
  /registry|auth|token|password|username|email|proxy|^ca$|cafile|cert|key|ssl|loglevel|notifier|progress|color|fund|audit|cache|config$|fetch|maxsockets|nodedir|^store/i;

/** Returns the secret values in an `.npmrc`, after environment variables in them are replaced. */
export function secretsOf(text: string, env: RegistrySettings["env"]): readonly string[] {
  const values = [...npmrcEntries(text, env)].flatMap(([key, value]) =>
    /:?_(authToken|auth|password)$/.test(key) ? [value] : [],
  );
  const variables = [
    "NPM_TOKEN",
    "NODE_AUTH_TOKEN",
    "YARN_NPM_AUTH_TOKEN",
    "YARN_NPM_AUTH_IDENT",
    "BUN_AUTH_TOKEN",
  ].map((name) => env[name]);
  // hiding every "a" would hide nothing
  return [...new Set([...values, ...variables])].filter(
    (each): each is string => each !== undefined && each.length >= 4,
  );
}

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

/** Returns the credentials in npm's settings, by `//host/path`. */
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

/**
 * Returns the host of an http URL. Yarn connects to a host without TLS only if the settings list
 * the host.
 */
function plainHost(url: string | undefined): readonly string[] {
  const address = URL.parse(url ?? "");
  return address?.protocol === "http:" ? [address.hostname] : [];
}

/**
 * Merges two tables of settings. Values in `above` take precedence. Nested tables are merged key by
 * key.
 */
export function joined(below: s.Table, above: s.Table): s.Table {
  const entries = Object.entries(above).map(([key, value]) => {
    const other = below[key];
    return [key, isTable(other) && isTable(value) ? joined(other, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(entries) };
}
