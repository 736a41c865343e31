import { s } from "libcnb/internal";
import { parseToml } from "libcnb/spec";
import * as v from "valibot";
import { cacheLimit } from "../cache/limit.ts";
import { parseImageReference } from "../oci/model/reference.ts";
import type { RegistryLogin } from "../oci/registry-options.ts";
import { isTable, record } from "../schema.ts";
import { invalidConfig, withCode } from "./problems.ts";
import type { UserSettings } from "./registry-configuration.ts";
import { isMirroredHost, isRegistryHost, isRegistryMirror } from "./registry-host.ts";
import { childPath } from "./toml-keys.ts";
import { type KnownKeys, unknownKeys } from "./unknown-keys.ts";
import { verifyIssues, verifyKeys, verifyRules, verifySchema } from "./verification/verify-rules.ts";

/** A secret string. Its issue does not contain the value. */
const secret = v.string("expected a string");
const login = s.table({
  username: s.optional(s.string),
  password: s.optional(secret),
  "identity-token": s.optional(secret),
  helper: s.optional(s.string),
});
const loginKeys: KnownKeys = { username: true, password: true, "identity-token": true, helper: true };

const imageMirrors = record(
  v.string(),
  v.union([v.string(), v.array(v.string())], "expected a mirror or a list of mirrors"),
);
const schema = s.table({
  "default-builder": s.optional(s.string),
  "cache-dir": s.optional(s.string),
  "cache-size": s.optional(s.string),
  "auth-file": s.optional(s.string),
  "insecure-registries": s.optional(s.list(s.string)),
  "ca-certificates": s.optional(s.list(s.string)),
  "registry-mirrors": s.optional(imageMirrors),
  "run-image-mirrors": s.optional(imageMirrors),
  "registry-logins": s.optional(record(v.string(), v.custom<s.Table>(isTable, "expected a table"))),
  verify: s.optional(verifySchema),
});
const keys: KnownKeys = {
  "default-builder": true,
  "cache-dir": true,
  "cache-size": true,
  "auth-file": true,
  "run-image-mirrors": true,
  "insecure-registries": true,
  "ca-certificates": true,
  "registry-mirrors": true,
  "registry-logins": true,
  verify: verifyKeys,
};

/**
 * All known keys of cnb's configuration file. The keys of a login are below the host of its
 * registry.
 */
export const userConfigKeys: KnownKeys = { ...keys, "registry-logins": loginKeys };

/** The content of cnb's configuration file. */
export interface UserConfig {
  readonly settings: UserSettings;
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
    ...textIssues(value ?? {}),
    ...verifyIssues(value?.verify),
    ...logins.flatMap((each) => each.issues),
  ];
  const hint = `Correct ${file}. docs/guide/settings.md lists the keys.`;
  if (found.length > 0) throw invalidConfig("CONFIG_INVALID", { file, source, issues: found, hint });
  return {
    settings: {
      insecure: value?.["insecure-registries"] ?? [],
      caCertificates: value?.["ca-certificates"] ?? [],
      mirrors: listsIn(value?.["registry-mirrors"]),
      runImageMirrors: listsIn(value?.["run-image-mirrors"]),
      defaultBuilder: value?.["default-builder"],
      cacheDir: value?.["cache-dir"],
      cacheSize: value?.["cache-size"],
      authFile: value?.["auth-file"],
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

const listsIn = (mirrors: Hosts["registry-mirrors"] = {}): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(mirrors).map(([name, value]) => [name, typeof value === "string" ? [value] : value]),
  );

interface Texts {
  readonly "default-builder"?: string | undefined;
  readonly "cache-size"?: string | undefined;
  readonly "cache-dir"?: string | undefined;
  readonly "auth-file"?: string | undefined;
  readonly "run-image-mirrors"?: Hosts["registry-mirrors"];
}

function textIssues({
  "default-builder": builder,
  "cache-size": size,
  "cache-dir": cacheDir,
  "auth-file": authFile,
  "run-image-mirrors": mirrors,
}: Texts): readonly s.Issue[] {
  const named = Object.entries(listsIn(mirrors)).flatMap(([image, locations]) =>
    [image, ...locations].map((name) => ({ path: childPath("run-image-mirrors", image), name })),
  );
  const images = [...(builder === undefined ? [] : [{ path: "default-builder", name: builder }]), ...named];
  const wrong = images.filter(({ name }) => !isImageName(name));
  // As a relative path, an empty value would be the directory of the configuration file.
  const empty = Object.entries({ "cache-dir": cacheDir, "auth-file": authFile }).filter(
    ([, value]) => value?.trim() === "",
  );
  return [
    ...empty.map(([path]) => ({ path, message: "the value is empty" })),
    ...wrong.map(({ path, name }) => ({ path, message: `${name === "" ? '""' : name} is not the name of an image` })),
    ...(size === undefined || isCacheSize(size)
      ? []
      : [
          {
            path: "cache-size",
            message: `${size === "" ? '""' : size} is not a size with a unit such as 20GB or 20GiB, a share such as 50%, or unlimited`,
          },
        ]),
  ];
}

const isImageName = (name: string): boolean => succeeds(() => parseImageReference(name));
const isCacheSize = (size: string): boolean =>
  size.trim() !== "" && succeeds(() => cacheLimit({ LIBCNB_CACHE_SIZE: size }));

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

function hostIssues(hosts: Hosts): s.Issue[] {
  const insecure = (hosts["insecure-registries"] ?? []).flatMap((host, at) =>
    isRegistryHost(host) ? [] : [{ path: `insecure-registries[${at}]`, message: `${host} is not HOST or HOST:PORT` }],
  );
  const mirrors = Object.entries(listsIn(hosts["registry-mirrors"])).flatMap(([host, locations]) => {
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
