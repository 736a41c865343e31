import { BlockList, isIP } from "node:net";

type Variables = Readonly<Record<string, string | undefined>>;

/** The proxy for a URL, if the environment names one that is not excluded by NO_PROXY. Lower-case names win, as in curl. */
export function proxyFor(url: URL, env: Variables): URL | undefined {
  const scheme = url.protocol.slice(0, -1);
  const address = variable(env, `${scheme}_proxy`) ?? variable(env, "all_proxy");
  if (address === undefined || isExcluded(url, variable(env, "no_proxy") ?? "")) return undefined;
  return new URL(address.includes("://") ? address : `http://${address}`);
}

/** Whether NO_PROXY names the URL's host: `*`, a host, a domain (with or without leading dot), an address, a network, each with or without port. */
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

const variable = (env: Variables, name: string) => env[name] || env[name.toUpperCase()] || undefined;
