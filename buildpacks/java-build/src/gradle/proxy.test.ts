import { expect, test } from "vitest";
import { proxyProperties } from "./proxy.ts";

test.each<[Readonly<Record<string, string>>, string, string]>([
  [{}, "", ""],
  [{ NO_PROXY: "example.org" }, "", ""],
  [
    { HTTPS_PROXY: "http://proxy.example.org:3128", NO_PROXY: ".example.org, 10.0.0.1:80" },
    "",
    `systemProp.https.proxyHost=proxy.example.org
systemProp.https.proxyPort=3128
systemProp.http.nonProxyHosts=localhost|127.*|*.example.org|10.0.0.1
`,
  ],
  [
    { http_proxy: "me:s%23%5C@proxy" },
    "",
    `systemProp.http.proxyHost=proxy
systemProp.http.proxyPort=80
systemProp.http.proxyUser=me
systemProp.http.proxyPassword=s#\\\\
`,
  ],
  [
    { https_proxy: "me:100%@proxy" },
    "",
    `systemProp.https.proxyHost=proxy
systemProp.https.proxyPort=80
systemProp.https.proxyUser=me
systemProp.https.proxyPassword=100%
`,
  ],
  [{ HTTPS_PROXY: "http://proxy:1" }, "systemProp.https.proxyHost=other", ""],
  [{ HTTPS_PROXY: "http://proxy:1", GRADLE_OPTS: "-Dhttps.proxyHost=other" }, "", ""],
  [{ HTTPS_PROXY: "::" }, "", ""],
])("%j %s", (env, properties, expected) => {
  expect(proxyProperties(env, properties)).toBe(expected);
});
