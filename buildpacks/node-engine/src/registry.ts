import { UserError } from "libcnb";

/** What can tell which npm registry to use. */
export interface RegistrySources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of the app's `.npmrc`. */
  readonly npmrc: string | undefined;
  /** Text of the app's lockfile. */
  readonly lockfile: string | undefined;
}

/** A registry's address without trailing slash, who named it, and the token for it. */
export interface Registry {
  readonly url: string;
  readonly source: string;
  readonly token: string | undefined;
}

/**
 * Finds the npm registry that the user means; no registry is built in.
 *
 * Environment, then the app's `.npmrc`, then the origin of the lockfile's `resolved` addresses.
 */
export function chooseRegistry(sources: RegistrySources): Registry {
  const npmrc = parseNpmrc(sources.npmrc ?? "", sources.env);
  const candidates = [
    { url: sources.env.NPM_CONFIG_REGISTRY, source: "NPM_CONFIG_REGISTRY" },
    { url: sources.env.npm_config_registry, source: "npm_config_registry" },
    { url: npmrc.get("registry"), source: ".npmrc" },
    { url: resolvedOrigin(sources.lockfile ?? ""), source: "the lockfile's resolved addresses" },
  ];
  for (const { url, source } of candidates) {
    if (url === undefined || url === "") continue;
    const address = parseAddress(url, source);
    return { url: address, source, token: npmrc.get(`${address.replace(/^https?:/, "")}/:_authToken`) };
  }
  throw new UserError(
    "NODE_REGISTRY_UNKNOWN",
    "BP_NODE_DISTRIBUTION is npm, but no npm registry is known to take Node.js from",
    {
      hint: "Set NPM_CONFIG_REGISTRY to the address of your npm registry, or write registry=… into the app's .npmrc.",
    },
  );
}

/** The address of a package's tarball, by the layout that every npm registry follows. */
export const tarballUrl = (registry: string, name: string, version: string): string =>
  `${registry}/${name}/-/${name.slice(name.lastIndexOf("/") + 1)}-${version}.tgz`;

function parseAddress(text: string, source: string): string {
  const url = URL.parse(text.trim());
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:")) return url.href.replace(/\/+$/, "");
  throw new UserError(
    "NODE_REGISTRY_INVALID",
    `${source} names the npm registry "${text}", which is not an http or https address`,
    {
      hint: "Write the whole address of the registry, beginning with https://.",
    },
  );
}

/** `key=value` lines; `${NAME}` stands for an environment variable, as in npm itself. */
function parseNpmrc(text: string, env: RegistrySources["env"]): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const value = match[2].replace(/^"(.*)"$/, "$1");
    entries.set(
      match[1],
      value.replace(/\$\{([^}]+)\}/g, (whole, name: string) => env[name] ?? whole),
    );
  }
  return entries;
}

/** The part of the first `resolved` address before `/<name>/-/`, which keeps a registry's path prefix. */
function resolvedOrigin(lockfile: string): string | undefined {
  const match = /"resolved"\s*:\s*"(https?:\/\/[^"]+?)\/(?:@[^/"]+\/)?[^/"]+\/-\/[^"]+"/.exec(lockfile);
  return match?.[1];
}
