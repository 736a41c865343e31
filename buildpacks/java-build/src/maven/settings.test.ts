import { expect, test } from "vitest";
import { property } from "../../../../test/support/java/apps.ts";
import { proxySettings, secretsIn, withoutLogins } from "./settings.ts";

const server = "<servers><server><id>a</id><username>u</username><password>s3cret</password></server></servers>";

test.for<[string, string, readonly string[]]>([
  ["passwords", server, ["s3cret"]],
  ["no placeholder of an environment variable", `<password>${property("env.TOKEN")}</password>`, []],
  ["passphrases of keys", "<passphrase> words of it </passphrase>", ["words of it"]],
  ["passwords in URLs", "<url>https://u:p%40ss@example.org/m2</url>", ["p%40ss"]],
  ["tokens in headers", "<value>Bearer abcdefgh12345678</value>", ["abcdefgh12345678"]],
  [
    "values that resemble tokens",
    "<value> tokenabc </value><value>Basic ab</value><value>short</value>",
    ["tokenabc", "Basic ab"],
  ],
])("the secrets found in Maven settings include %s", ([, text, expected]) => expect(secretsIn(text)).toEqual(expected));

test("credentials in Maven settings do not influence the cache key", () =>
  expect(withoutLogins(`<settings>${server}<!-- a --><url>https://u:p@example.org/m2</url></settings>`)).toBe(
    "<settings><url>https://example.org/m2</url></settings>",
  ));

const proxy = (protocol: string, host: string, more = "", others = "localhost|127.*") =>
  `<proxy><id>${protocol}-proxy</id><protocol>${protocol}</protocol>${host}${more}<nonProxyHosts>${others}</nonProxyHosts></proxy>`;
const at = (host: string, port: string) => `<host>${host}</host><port>${port}</port>`;

test.for<[string, Readonly<Record<string, string>>, string | undefined]>([
  ["are not written without a proxy", {}, undefined],
  ["are not written for a malformed proxy", { HTTPS_PROXY: "http://[" }, undefined],
  ["are not written for a SOCKS proxy", { ALL_PROXY: "socks5://proxy:1080" }, undefined],
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
