import { LibcnbError } from "../errors.ts";
import type { NpmPackage } from "./npm-package.ts";
import { npmrcOfEnv, parseNpmrc } from "./npmrc.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** What can tell which npm registry to use. */
export interface RegistrySources {
  readonly env: Variables;
  /** Texts of `.npmrc` files with who they belong to; the first one that says something wins. */
  readonly npmrcs: readonly { readonly source: string; readonly text: string }[];
  /** Text of the application's lockfile. */
  readonly lockfile: string | undefined;
  /** The address of the registry where nothing else names one. */
  readonly fallback?: string | undefined;
}

/** A registry's address without trailing slash, who named it, and the header that it wants. */
export interface Registry {
  readonly url: string;
  readonly source: string;
  readonly authorization: string | undefined;
}

/**
 * The npm registry that the user means for a package; none is built in. A scope's own registry, then the environment, `.npmrc` files, the origin
 * of the lockfile's `resolved` addresses.
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

/** The address of a package's tarball, by the layout that npm registries follow; one that does not says in the package's manifest where it is. */
export const tarballUrl = ({ url }: Pick<Registry, "url">, { name, version }: NpmPackage): URL =>
  new URL(`${url}/${name}/-/${name.slice(name.lastIndexOf("/") + 1)}-${version}.tgz`);

/** The address of a package's document, which lists its versions. */
export const documentUrl = ({ url }: Pick<Registry, "url">, { name }: Pick<NpmPackage, "name">): URL =>
  new URL(`${url}/${name.replace("/", "%2f")}`);

/** The address of the manifest of a package's version. */
export const manifestUrl = ({ url }: Pick<Registry, "url">, { name, version }: NpmPackage): URL =>
  new URL(`${url}/${name.replace("/", "%2f")}/${version}`);

/** Of the entries `//host/path/:_authToken` the one with the longest path that the registry's address begins with. */
function authorizationFor(url: string, files: readonly ReadonlyMap<string, string>[]): string | undefined {
  for (
    let place = `${url.replace(/^https?:/, "")}/`;
    place.length > "//".length;
    place = place.replace(/[^/]*\/$/, "")
  ) {
    for (const entries of files) {
      const [token, basic] = [entries.get(`${place}:_authToken`), entries.get(`${place}:_auth`)];
      const [user, password] = [entries.get(`${place}:username`), entries.get(`${place}:_password`)];
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
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:")) return url.href.replace(/\/+$/, "");
  throw new LibcnbError("NPM_REGISTRY_INVALID", `${source} does not name an npm registry`, {
    cause: "expected an http or https address",
    hint: "Write the whole address of the registry, beginning with https://.",
  });
}

/** The part of the first `resolved` address before `/<name>/-/`, which keeps a registry's path prefix. */
function resolvedOrigin(lockfile: string): string | undefined {
  return /"resolved"\s*:\s*"(https?:\/\/[^"]+?)\/(?:@[^/"]+\/)?[^/"]+\/-\/[^"]+"/.exec(lockfile)?.[1];
}

function unknownRegistry(name: string): LibcnbError<"NPM_REGISTRY_UNKNOWN"> {
  return new LibcnbError("NPM_REGISTRY_UNKNOWN", `no npm registry is known to take ${name} from`, {
    hint: "Set the address of your npm registry for the build: --env NPM_CONFIG_REGISTRY=…, or write registry=… into the application's .npmrc.",
  });
}
