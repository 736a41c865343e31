import { LibcnbError } from "../../errors.ts";
import type { NpmPackage } from "./npm-package.ts";
import { npmrcOfEnv, parseNpmrc } from "./npmrc.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** The sources that can name an npm registry. */
export interface RegistrySources {
  readonly env: Variables;
  /** The `.npmrc` files in order of precedence, each with its content and a name for messages. */
  readonly npmrcs: readonly { readonly source: string; readonly text: string }[];
  /** The text of the app's lockfile. */
  readonly lockfile: string | undefined;
  /** The URL of the registry to use if no source names one. */
  readonly fallback?: string | undefined;
}

/**
 * The URL of a registry without a trailing slash, the source that names it, and its `Authorization`
 * header.
 */
export interface Registry {
  readonly url: string;
  readonly source: string;
  readonly authorization: string | undefined;
}

/**
 * Chooses the user's npm registry for a package. There is no built-in registry. The first of these
 * that names a registry is used: the setting for the package's scope, the environment, `.npmrc`
 * files, the URLs in the lockfile's `resolved` fields.
 *
 * @throws LibcnbError NPM_REGISTRY_UNKNOWN, NPM_REGISTRY_INVALID
 */
export function chooseRegistry(
  { name }: Pick<NpmPackage, "name">,
  { env, npmrcs, lockfile, fallback }: RegistrySources,
): Registry {
  const files = [
    { source: "the environment", entries: npmrcOfEnv(env) },
    ...npmrcs.map(({ source, text }) => ({ source, entries: parseNpmrc(text, env) })),
  ];
  const written = (key: string) => files.map(({ source, entries }) => ({ url: entries.get(key), source }));
  const candidates = [
    ...(name.startsWith("@") ? written(`${name.split("/", 1)[0]}:registry`) : []),
    ...["NPM_CONFIG_REGISTRY", "npm_config_registry"].map((source) => ({ url: env[source], source })),
    ...written("registry"),
    { url: resolvedOrigin(lockfile ?? ""), source: "the lockfile's resolved addresses" },
    { url: fallback, source: "the buildpack" },
  ];
  const found = candidates.find(({ url }) => url);
  if (found?.url === undefined) throw unknownRegistry(name);
  const url = parseAddress(found.url, found.source);
  return {
    url,
    source: found.source,
    authorization: authorizationFor(
      url,
      files.map(({ entries }) => entries),
    ),
  };
}

/**
 * Returns the URL of a package's tarball in the common layout of npm registries. In a registry with
 * another layout, the package's manifest contains the URL.
 */
export const tarballUrl = ({ url }: Pick<Registry, "url">, { name, version }: NpmPackage): URL =>
  new URL(`${url}/${name}/-/${name.slice(name.lastIndexOf("/") + 1)}-${version}.tgz`);

/**
 * Returns the URL of a package's metadata in an npm registry, which lists the package's versions.
 */
export const documentUrl = ({ url }: Pick<Registry, "url">, { name }: Pick<NpmPackage, "name">): URL =>
  new URL(`${url}/${name.replace("/", "%2f")}`);

/** Returns the URL of the manifest of one version of a package in an npm registry. */
export const manifestUrl = ({ url }: Pick<Registry, "url">, { name, version }: NpmPackage): URL =>
  new URL(`${url}/${name.replace("/", "%2f")}/${version}`);

/** The entry `//host/path/:_authToken` with the longest path that is a prefix of the registry's URL. */
function authorizationFor(url: string, files: readonly ReadonlyMap<string, string>[]): string | undefined {
  for (
    let location = `${url.replace(/^https?:/, "")}/`;
    location.length > "//".length;
    location = location.replace(/(?<![^/])[^/]*\/$/, "")
  ) {
    for (const entries of files) {
      const [token, basic] = [entries.get(`${location}:_authToken`), entries.get(`${location}:_auth`)];
      const [user, password] = [entries.get(`${location}:username`), entries.get(`${location}:_password`)];
      if (token) return `Bearer ${token}`;
      if (basic) return `Basic ${basic}`;
      // npm keeps the password alone in base64
      if (user && password) return `Basic ${btoa(`${user}:${atob(password)}`)}`;
    }
  }
  return undefined;
}

function parseAddress(text: string, source: string): string {
  const url = URL.parse(text.trim());
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:"))
    return url.href.replace(/(?<!\/)\/+$/, "");
  throw new LibcnbError("NPM_REGISTRY_INVALID", `the npm registry set by ${source} is not an http or https URL`, {
    hint: "Write the whole URL of the registry, beginning with https://.",
  });
}

/** The part of the first `resolved` URL before `/<name>/-/`, which keeps a registry's path prefix. */
function resolvedOrigin(lockfile: string): string | undefined {
  return /"resolved"\s*:\s*"(https?:\/\/[^"]+?)\/(?:@[^/"]+\/)?[^/"]+\/-\/[^"]+"/.exec(lockfile)?.[1];
}

function unknownRegistry(name: string): LibcnbError<"NPM_REGISTRY_UNKNOWN"> {
  return new LibcnbError("NPM_REGISTRY_UNKNOWN", `no npm registry is configured for ${name}`, {
    hint: "Set the URL of your npm registry for the build: --env NPM_CONFIG_REGISTRY=…, or write registry=… into the application's .npmrc.",
  });
}
