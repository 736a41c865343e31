import { decodedLogin } from "@libcnb/app-kit/addresses";
import type { Env } from "libcnb";

/**
 * Converts the proxy variables, which Java does not read, to Gradle properties, unless the
 * properties are already set.
 */
export function proxyProperties(env: Env, properties: string): string {
  if (
    /https?\.proxyHost/.test(
      `${properties} ${env.GRADLE_OPTS ?? ""} ${env.JAVA_OPTS ?? ""} ${env.JAVA_TOOL_OPTIONS ?? ""}`,
    )
  )
    return "";
  const all = env.ALL_PROXY ?? env.all_proxy;
  const http = linesFor("http", env.HTTP_PROXY ?? env.http_proxy ?? all);
  const https = linesFor("https", env.HTTPS_PROXY ?? env.https_proxy ?? all);
  const hosts = (env.NO_PROXY ?? env.no_proxy ?? "").split(/[\s,]+/).filter(Boolean);
  const lines = [...http, ...https];
  return lines.length === 0 ? "" : [...lines, ...exceptions(hosts)].map((line) => `${line}\n`).join("");
}

function linesFor(scheme: string, proxy: string | undefined): readonly string[] {
  if (!proxy) return [];
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (!URL.canParse(address)) return [];
  const { hostname, port, username, password, protocol } = new URL(address);
  const values = {
    proxyHost: hostname,
    proxyPort: port || (protocol === "https:" ? "443" : "80"),
    ...(username && { proxyUser: decodedLogin(username), proxyPassword: decodedLogin(password) }),
  };
  return Object.entries(values).map(([name, value]) => `systemProp.${scheme}.${name}=${escaped(value)}`);
}

/** `.example.org` is all below, as `*.example.org` is to Java. */
function exceptions(hosts: readonly string[]): readonly string[] {
  if (hosts.length === 0) return [];
  const patterns = ["localhost", "127.*", ...hosts.map((host) => host.replace(/:\d+$/, "").replace(/^\./, "*."))];
  return [`systemProp.http.nonProxyHosts=${escaped([...new Set(patterns)].join("|"))}`];
}

const escaped = (value: string): string => value.replaceAll("\\", "\\\\");
