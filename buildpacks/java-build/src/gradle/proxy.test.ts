import { expect, test } from "vitest";
import { proxyProperties } from "./gradle.ts";

test.each<[string, Readonly<Record<string, string>>, string, string]>([
  ["are empty without a proxy", {}, "", ""],
  ["are empty with only NO_PROXY", { NO_PROXY: "example.org" }, "", ""],
  [
    "have a proxy and the hosts in NO_PROXY",
    { HTTPS_PROXY: "http://proxy.example.org:3128", NO_PROXY: ".example.org, 10.0.0.1:80" },
    "",
    `systemProp.https.proxyHost=proxy.example.org
systemProp.https.proxyPort=3128
systemProp.http.nonProxyHosts=localhost|127.*|*.example.org|10.0.0.1
`,
  ],
  [
    "have user name and password",
    { http_proxy: "me:s%23%5C@proxy" },
    "",
    `systemProp.http.proxyHost=proxy
systemProp.http.proxyPort=80
systemProp.http.proxyUser=me
systemProp.http.proxyPassword=s#\\\\
`,
  ],
  [
    "have a password that is not escaped",
    { https_proxy: "me:100%@proxy" },
    "",
    `systemProp.https.proxyHost=proxy
systemProp.https.proxyPort=80
systemProp.https.proxyUser=me
systemProp.https.proxyPassword=100%
`,
  ],
  [
    "are empty if gradle.properties has a proxy",
    { HTTPS_PROXY: "http://proxy:1" },
    "systemProp.https.proxyHost=other",
    "",
  ],
  [
    "are empty if GRADLE_OPTS has a proxy",
    { HTTPS_PROXY: "http://proxy:1", GRADLE_OPTS: "-Dhttps.proxyHost=other" },
    "",
    "",
  ],
  ["are empty for a malformed proxy", { HTTPS_PROXY: "::" }, "", ""],
])("the proxy properties for Gradle %s", (_, env, properties, expected) => {
  expect(proxyProperties(env, properties)).toBe(expected);
});
