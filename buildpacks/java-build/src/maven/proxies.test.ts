import { expect, test } from "vitest";
import { proxySettings } from "./proxies.ts";

const proxy = (protocol: string, host: string, more = "", others = "localhost|127.*") =>
  `<proxy><id>${protocol}-proxy</id><protocol>${protocol}</protocol>${host}${more}<nonProxyHosts>${others}</nonProxyHosts></proxy>`;
const at = (host: string, port: string) => `<host>${host}</host><port>${port}</port>`;

test.for<[string, Readonly<Record<string, string>>, string | undefined]>([
  ["none", {}, undefined],
  ["what is not an address", { HTTPS_PROXY: "http://[" }, undefined],
  ["another kind", { ALL_PROXY: "socks5://proxy:1080" }, undefined],
  ["of HTTPS", { https_proxy: "proxy.acme.example:3128" }, proxy("https", at("proxy.acme.example", "3128"))],
  [
    "of both, with a login",
    { ALL_PROXY: "http://me:a%26b@proxy" },
    ["http", "https"]
      .map((each) => proxy(each, at("proxy", "80"), "<username>me</username><password>a&amp;b</password>"))
      .join(""),
  ],
  [
    "a password that nobody has escaped",
    { HTTPS_PROXY: "http://me:100%@proxy" },
    proxy("https", at("proxy", "80"), "<username>me</username><password>100%</password>"),
  ],
  [
    "not for some hosts",
    { HTTP_PROXY: "http://proxy:1", NO_PROXY: ".acme.example, nexus:8081" },
    proxy("http", at("proxy", "1"), "", "localhost|127.*|acme.example|*.acme.example|nexus|*.nexus"),
  ],
])("Maven's proxies: %s", ([, env, expected]) =>
  expect(proxySettings(env, "3.6.3")).toBe(
    expected === undefined ? undefined : `<settings><proxies>${expected}</proxies></settings>`,
  ),
);

test("repositories without TLS are refused as with Maven's own settings", () =>
  expect(proxySettings({ HTTPS_PROXY: "http://proxy" }, "3.9.16")).toContain(
    "<mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked>",
  ));
