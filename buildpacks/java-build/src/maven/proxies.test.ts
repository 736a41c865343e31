import { expect, test } from "vitest";
import { proxySettings } from "./proxies.ts";

const proxy = (protocol: string, host: string, more = "", others = "localhost|127.*") =>
  `<proxy><id>${protocol}-proxy</id><protocol>${protocol}</protocol>${host}${more}<nonProxyHosts>${others}</nonProxyHosts></proxy>`;
const at = (host: string, port: string) => `<host>${host}</host><port>${port}</port>`;

test.for<[string, Readonly<Record<string, string>>, string | undefined]>([
  ["are undefined without a proxy", {}, undefined],
  ["are undefined for a malformed proxy", { HTTPS_PROXY: "http://[" }, undefined],
  ["are undefined for a SOCKS proxy", { ALL_PROXY: "socks5://proxy:1080" }, undefined],
  [
    "have a proxy for HTTPS",
    { https_proxy: "proxy.acme.example:3128" },
    proxy("https", at("proxy.acme.example", "3128")),
  ],
  [
    "have a proxy for HTTP and HTTPS with user name and password",
    { ALL_PROXY: "http://me:a%26b@proxy" },
    ["http", "https"]
      .map((each) => proxy(each, at("proxy", "80"), "<username>me</username><password>a&amp;b</password>"))
      .join(""),
  ],
  [
    "have a password that is not escaped",
    { HTTPS_PROXY: "http://me:100%@proxy" },
    proxy("https", at("proxy", "80"), "<username>me</username><password>100%</password>"),
  ],
  [
    "have the hosts in NO_PROXY",
    { HTTP_PROXY: "http://proxy:1", NO_PROXY: ".acme.example, nexus:8081" },
    proxy("http", at("proxy", "1"), "", "localhost|127.*|acme.example|*.acme.example|nexus|*.nexus"),
  ],
])("the proxy settings for Maven %s", ([, env, expected]) =>
  expect(proxySettings(env, "3.6.3")).toBe(
    expected === undefined ? undefined : `<settings><proxies>${expected}</proxies></settings>`,
  ),
);

test("the proxy settings for Maven block repositories without TLS, as Maven's own settings do", () =>
  expect(proxySettings({ HTTPS_PROXY: "http://proxy" }, "3.9.16")).toContain(
    "<mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked>",
  ));
