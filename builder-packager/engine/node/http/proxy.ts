import { Buffer } from "../buffer/class.ts";
import { codedError } from "../errors.ts";
import { isIPv4 } from "../net/address.ts";
import { URL } from "../url/class.ts";

/** The proxy for the connections of an agent, and the hosts that are connected to directly. */
export class HttpProxy {
  readonly hostname: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** The value of the header `Proxy-Authorization`. */
  readonly authorization: string | undefined;
  /** The URL without credentials: errors name it. */
  readonly href: string;
  readonly #direct: readonly string[];

  constructor(href: string, direct: string) {
    const url = parsed(href);
    this.hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
    this.isSecure = url.protocol === "https:";
    this.port = Number(url.port || (this.isSecure ? 443 : 80));
    const { username, password } = url;
    const credentials = [username, password].map(decodeURIComponent).join(":");
    this.authorization =
      username === "" && password === "" ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`;
    url.username = "";
    url.password = "";
    this.href = this.authorization === undefined ? href : url.href;
    this.#direct = direct.split(/[\s,]+/).flatMap((entry) => (entry === "" ? [] : [entry.toLowerCase()]));
  }

  /** True if connections to this host go through the proxy. */
  isFor(hostname: string, port: number): boolean {
    const host = hostname.toLowerCase();
    return !this.#direct.some((entry) => matches(entry, host, port));
  }
}

function parsed(href: string): URL {
  if (!/[\r\n]/.test(href) && URL.canParse(href)) {
    return new URL(href);
  }
  throw codedError(Error, "ERR_PROXY_INVALID_CONFIG", `Invalid proxy URL: ${href.replace(/\/\/.*@/s, "//")}`);
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Returns the proxy that the variables name, as Node.js reads them: `https_proxy` or `http_proxy`, and
 * `no_proxy`, each also in capitals.
 */
export function proxyFrom(env: Env | undefined, protocol: "http:" | "https:"): HttpProxy | undefined {
  const secure = env?.["https_proxy"] || env?.["HTTPS_PROXY"];
  const plain = env?.["http_proxy"] || env?.["HTTP_PROXY"];
  const href = protocol === "https:" ? secure : plain;
  // other protocols, such as that of SOCKS, are ignored
  if (!href || !/^https?:\/\//.test(href)) {
    return undefined;
  }
  return new HttpProxy(href, env?.["no_proxy"] || env?.["NO_PROXY"] || "");
}

/** An entry is `*`, a host with or without a port, a domain with a dot or `*.`, or a range of addresses. */
function matches(entry: string, host: string, port: number): boolean {
  if (entry === "*" || entry === host || entry === `${host}:${port}`) {
    return true;
  }
  if (entry.startsWith("*.")) {
    return host.endsWith(entry.slice(1));
  }
  if (entry.startsWith(".")) {
    return host.endsWith(entry) || host === entry.slice(1);
  }
  const [first = "", last = ""] = entry.split("-").map((each) => each.trim());
  const isRange = isIPv4(host) && isIPv4(first) && isIPv4(last);
  return isRange && numberOf(first) <= numberOf(host) && numberOf(host) <= numberOf(last);
}

const numberOf = (address: string): number =>
  address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
