import { parse } from "engine:url";
import { invalidArgType } from "../errors.ts";
import { checkObject } from "../internal/checks.ts";
import { URL } from "./class.ts";

interface FormatOptions {
  readonly auth?: boolean;
  readonly fragment?: boolean;
  readonly search?: boolean;
  readonly unicode?: boolean;
}

interface UrlObject {
  readonly auth?: string | null;
  readonly hash?: string | null;
  readonly host?: string | null;
  readonly hostname?: string | null;
  readonly pathname?: string | null;
  readonly port?: string | number | null;
  readonly protocol?: string | null;
  readonly query?: string | Readonly<Record<string, unknown>> | null;
  readonly search?: string | null;
  readonly slashes?: boolean | null;
}

const WITH_SLASHES = new Set(["http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:"]);

/** The characters that Node.js escapes in a text that is no absolute URL. */
const UNSAFE = /[{}|\\^`<>"\s]/g;

/**
 * Formats a URL, given as an object, its parts or a string. `unicode` is not supported: host names
 * stay in ASCII.
 */
export function format(address: URL | UrlObject | string, options: FormatOptions = {}): string {
  if (typeof address === "string") {
    return parse(address, undefined)?.[0] ?? address.replace(UNSAFE, encodeURIComponent);
  }
  if (typeof address !== "object" || address === null) {
    throw invalidArgType("urlObject", "one of type object or string", address);
  }
  return address instanceof URL ? formatUrl(address, options) : formatParts(address);
}

function formatUrl(url: URL, { auth = true, fragment = true, search = true }: FormatOptions): string {
  const copy = new URL(url.href);
  if (!auth) {
    copy.username = "";
    copy.password = "";
  }
  if (!fragment) {
    copy.hash = "";
  }
  if (!search) {
    copy.search = "";
  }
  return copy.href;
}

function formatParts(parts: UrlObject): string {
  const protocol = parts.protocol ? parts.protocol.replace(/:?$/, ":") : "";
  const auth = parts.auth ? `${encodeURIComponent(parts.auth).replace(/%3A/i, ":")}@` : "";
  const search = parts.search ?? queryOf(parts.query);
  const hash = parts.hash ?? "";
  const host = hostOf(parts);
  let path = (parts.pathname ?? "").replace(/[?#]/g, encodeURIComponent);
  let authority = "";
  if (parts.slashes || (WITH_SLASHES.has(protocol) && host !== undefined)) {
    authority = `//${host === undefined ? "" : auth + host}`;
    path = path !== "" && !path.startsWith("/") ? `/${path}` : path;
  } else if (host !== undefined) {
    authority = auth + host;
  }
  const query = search !== "" && !search.startsWith("?") ? `?${search}` : search;
  const fragment = hash !== "" && !hash.startsWith("#") ? `#${hash}` : hash;
  return `${protocol}${authority}${path}${query.replaceAll("#", "%23")}${fragment}`;
}

function hostOf({ host, hostname, port }: UrlObject): string | undefined {
  if (host) {
    return host;
  }
  if (!hostname) {
    return undefined;
  }
  const name = hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
  return port ? `${name}:${port}` : name;
}

function queryOf(query: UrlObject["query"]): string {
  if (typeof query !== "object" || query === null) {
    return "";
  }
  return Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value ?? ""))}`)
    .join("&");
}

/** Converts a domain name to its ASCII form; an empty string if the name is invalid. */
export function domainToASCII(domain: string): string {
  return parse(`ws://${domain}`, undefined)?.[5] ?? "";
}

export interface HttpOptions {
  protocol: string;
  hostname: string;
  hash: string;
  search: string;
  pathname: string;
  path: string;
  href: string;
  port?: number;
  auth?: string;
}

/** Converts a URL to options of `http.request`. */
export function urlToHttpOptions(url: URL): HttpOptions {
  checkObject(url, "url");
  const { hostname, pathname, port, username, password, search } = url;
  const options: HttpOptions = {
    ...url,
    protocol: url.protocol,
    hostname: hostname?.startsWith("[") ? hostname.slice(1, -1) : hostname,
    hash: url.hash,
    search,
    pathname,
    path: `${pathname || ""}${search || ""}`,
    href: url.href,
  };
  if (port !== "") {
    options.port = Number(port);
  }
  if (username || password) {
    options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  }
  return options;
}
