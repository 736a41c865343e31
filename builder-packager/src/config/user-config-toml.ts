import { s } from "libcnb/internal";
import { parseToml } from "libcnb/spec";
import * as v from "valibot";
import type { RegistryLogin } from "../oci/registry-options.ts";
import { isTable, record } from "../schema.ts";
import { invalidConfig, withCode } from "./problems.ts";
import type { RegistrySettings } from "./registry-configuration.ts";
import { isMirroredHost, isRegistryHost, isRegistryMirror } from "./registry-host.ts";
import { childPath } from "./toml-keys.ts";
import { type KnownKeys, unknownKeys } from "./unknown-keys.ts";
import { verifyIssues, verifyKeys, verifyRules, verifySchema } from "./verify-rules.ts";

/** A secret string. Its issue does not contain the value. */
const secret = v.string("expected a string");
const login = s.table({
  username: s.optional(s.string),
  password: s.optional(secret),
  "identity-token": s.optional(secret),
  helper: s.optional(s.string),
});
const loginKeys: KnownKeys = { username: true, password: true, "identity-token": true, helper: true };

const schema = s.table({
  "insecure-registries": s.optional(s.list(s.string)),
  "ca-certificates": s.optional(s.list(s.string)),
  "registry-mirrors": s.optional(
    record(v.string(), v.union([v.string(), v.array(v.string())], "expected a mirror or a list of mirrors")),
  ),
  "registry-logins": s.optional(record(v.string(), v.custom<s.Table>(isTable, "expected a table"))),
  verify: s.optional(verifySchema),
});
const keys: KnownKeys = {
  "insecure-registries": true,
  "ca-certificates": true,
  "registry-mirrors": true,
  "registry-logins": true,
  verify: verifyKeys,
};

/** All known keys of cnb's configuration file. Those of a login are below the registry's host. */
export const userConfigKeys: KnownKeys = { ...keys, "registry-logins": loginKeys };

/** The content of cnb's configuration file. */
export interface UserConfig {
  readonly settings: RegistrySettings;
  /** True if the file contains secrets, so that other users must not be able to read it. */
  readonly hasSecrets: boolean;
}

/**
 * Decodes cnb's configuration file. An unknown key is an error, because a misspelled mirror would
 * be silently unused.
 *
 * @throws CnbError CONFIG_INVALID with file, line and column
 */
export function decodeUserConfig(source: Uint8Array, file: string): UserConfig {
  const tables = withCode("CONFIG_INVALID", () => parseToml(source, file));
  const { value, issues = [] } = { value: undefined, ...s.decode(schema, tables) };
  const logins = Object.entries(value?.["registry-logins"] ?? {}).map(decodedLogin);
  const found = [
    ...unknownKeys(tables, keys),
    ...issues,
    ...hostIssues(value ?? {}),
    ...verifyIssues(value?.verify),
    ...logins.flatMap((each) => each.issues),
  ];
  const hint = `Correct ${file}. docs/guide/registries.md lists the keys.`;
  if (found.length > 0) throw invalidConfig("CONFIG_INVALID", { file, source, issues: found, hint });
  return {
    settings: {
      insecure: value?.["insecure-registries"] ?? [],
      caCertificates: value?.["ca-certificates"] ?? [],
      mirrors: Object.fromEntries(mirrorsIn(value ?? {})),
      verify: verifyRules(value?.verify),
      logins: Object.fromEntries(logins.flatMap(({ name, login }) => (login ? [[name, login]] : []))),
    },
    hasSecrets: logins.some(({ login }) => login !== undefined && !("helper" in login)),
  };
}

interface Hosts {
  readonly "insecure-registries"?: readonly string[] | undefined;
  readonly "registry-mirrors"?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

const mirrorsIn = ({ "registry-mirrors": mirrors = {} }: Hosts): readonly [string, readonly string[]][] =>
  Object.entries(mirrors).map(([host, value]) => [host, typeof value === "string" ? [value] : value]);

function hostIssues(hosts: Hosts): s.Issue[] {
  const insecure = (hosts["insecure-registries"] ?? []).flatMap((host, at) =>
    isRegistryHost(host) ? [] : [{ path: `insecure-registries[${at}]`, message: `${host} is not HOST or HOST:PORT` }],
  );
  const mirrors = mirrorsIn(hosts).flatMap(([host, locations]) => {
    const path = childPath("registry-mirrors", host);
    const wrong = locations.filter((location) => !isRegistryMirror(location));
    return [
      ...(isMirroredHost(host) ? [] : [{ path, message: "is not HOST, HOST:PORT or *" }]),
      ...wrong.map((location) => ({ path, message: `${location} is not HOST[:PORT][/PREFIX]` })),
    ];
  });
  return [...insecure, ...mirrors];
}

interface NamedLogin {
  readonly name: string;
  readonly login?: RegistryLogin;
  readonly issues: readonly s.Issue[];
}

function decodedLogin([name, value]: [string, s.Table]): NamedLogin {
  const path = childPath("registry-logins", name);
  const decoding = s.decode(login, value, path);
  const issues = [...unknownKeys(value, loginKeys, path), ...(decoding.issues ?? [])];
  if (!isRegistryMirror(name)) issues.push({ path, message: "is not HOST[:PORT][/NAMESPACE]" });
  if (decoding.issues || issues.length > 0) return { name, issues };
  const { username, password, helper, "identity-token": identityToken } = decoding.value;
  const found: readonly RegistryLogin[] = [
    ...(username !== undefined && password !== undefined ? [{ username, password }] : []),
    ...(identityToken === undefined ? [] : [{ identityToken }]),
    ...(helper === undefined ? [] : [{ helper }]),
  ];
  const [only] = found;
  if (only && Object.keys(only).length === Object.keys(value).length) return { name, login: only, issues };
  return { name, issues: [{ path, message: "needs username and password, or identity-token, or helper" }] };
}
