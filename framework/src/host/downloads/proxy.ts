import { BlockList, isIP } from "node:net";
import { LibcnbError } from "../../errors.ts";
import { shownUrl } from "./shown-url.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the environment's proxy for a URL; undefined if there is none, or if NO_PROXY excludes
 * the URL. Variables with lower-case names take precedence, as in curl.
 *
 * @throws LibcnbError DOWNLOAD_FAILED
 */
export function proxyFor(url: URL, env: Variables): URL | undefined {
  const scheme = url.protocol.slice(0, -1);
  const name = nameOf(env, `${scheme}_proxy`) ?? nameOf(env, "all_proxy");
  const address = name && env[name];
  if (!address || isExcluded(url, env[nameOf(env, "no_proxy") ?? ""] ?? "")) return undefined;
  const proxy = URL.parse(address.includes("://") ? address : `http://${address}`);
  if (proxy !== null && ["http:", "https:"].includes(proxy.protocol)) return proxy;
  throw new LibcnbError("DOWNLOAD_FAILED", `could not download ${shownUrl(url)}`, {
    cause: `the value of ${name} is not the URL of an HTTP proxy`,
    hint: `Set ${name} to http://host:port.`,
  });
}

/**
 * True if NO_PROXY names the URL's host: `*`, a host, a domain (with or without a leading dot), an
 * IP address or a network. A host, a domain and an IP address may have a port.
 */
export function isExcluded(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const entries = noProxy.split(/[\s,]+/).filter((entry) => entry !== "");
  return entries.some((entry) => matches(entry.toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return inNetwork(entry, host);
  const [, name = entry, entryPort] =
    /^\[?(.*?)\]?:(\d+)$/.exec(entry.includes("]") || entry.split(":").length === 2 ? entry : "") ?? [];
  if (entryPort !== undefined && entryPort !== port) return false;
  const domain = name.replace(/^\*?\./, "").replace(/^\[|\]$/g, "");
  return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
}

function inNetwork(entry: string, host: string): boolean {
  const [network = "", prefix = ""] = entry.split("/");
  const [family, hostFamily] = [isIP(network), isIP(host)];
  if (family === 0 || family !== hostFamily || !/^\d+$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(network, Number(prefix), type);
  return list.check(host, type);
}

const nameOf = (env: Variables, name: string) => [name, name.toUpperCase()].find((each) => env[each]);
