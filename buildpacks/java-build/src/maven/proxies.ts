import { decodedLogin } from "@libcnb/app-kit/addresses";
import type { Env } from "libcnb";

/**
 * Global settings with the proxies of the environment variables, which Maven does not read;
 * `undefined` without proxies. The user's settings take precedence. These settings replace Maven's
 * bundled global settings, so they also block repositories without TLS.
 */
export function proxySettings(env: Env, mavenVersion: string): string | undefined {
  const all = env.ALL_PROXY ?? env.all_proxy;
  const others = (env.NO_PROXY ?? env.no_proxy ?? "").split(/[\s,]+/).filter(Boolean);
  const proxies = [
    ...proxyFor("http", env.HTTP_PROXY ?? env.http_proxy ?? all, others),
    ...proxyFor("https", env.HTTPS_PROXY ?? env.https_proxy ?? all, others),
  ];
  if (proxies.length === 0) return undefined;
  return element("settings", element("proxies", proxies.join("")) + (/^3\.[0-6]\./.test(mavenVersion) ? "" : blocker));
}

const blocker =
  "<mirrors><mirror><id>maven-default-http-blocker</id><mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror></mirrors>";

function proxyFor(protocol: string, proxy: string | undefined, others: readonly string[]): readonly string[] {
  if (!proxy) return [];
  const url = URL.parse(proxy.includes("://") ? proxy : `http://${proxy}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return [];
  const login = url.username ? { username: decodedLogin(url.username), password: decodedLogin(url.password) } : {};
  const fields = {
    id: `${protocol}-proxy`,
    protocol,
    host: url.hostname,
    port: url.port || (url.protocol === "https:" ? "443" : "80"),
    ...login,
    nonProxyHosts: ["localhost", "127.*", ...others.flatMap(patterns)].join("|"),
  };
  const inner = Object.entries(fields).map(([name, value]) => element(name, escaped(value)));
  return [element("proxy", inner.join(""))];
}

/** `example.org` and `.example.org` are the host and all below; to Java each is a pattern. */
const patterns = (host: string): readonly string[] => {
  const name = host.replace(/:\d+$/, "").replace(/^\*?\./, "");
  return name === "*" ? ["*"] : [name, `*.${name}`];
};

const element = (name: string, inner: string): string => `<${name}>${inner}</${name}>`;

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
