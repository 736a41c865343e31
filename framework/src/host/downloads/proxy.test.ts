import { expect, test } from "vitest";
import { parseIntegrity } from "./integrity.ts";
import { isExcluded, proxyFor } from "./proxy.ts";
import { HttpStatusError, isTemporary, parseRetryAfter, waitMs } from "./retry.ts";

test.for<[string, string, Record<string, string>, string | undefined]>([
  ["none", "https://a.example/", {}, undefined],
  ["one for https", "https://a.example/", { HTTPS_PROXY: "http://proxy:3128" }, "http://proxy:3128/"],
  ["one for http is not for https", "https://a.example/", { HTTP_PROXY: "http://proxy:3128" }, undefined],
  ["one without scheme", "http://a.example/", { http_proxy: "proxy:3128" }, "http://proxy:3128/"],
  [
    "lower case first",
    "http://a.example/",
    { http_proxy: "http://lower", HTTP_PROXY: "http://upper" },
    "http://lower/",
  ],
  ["one for all", "https://a.example/", { ALL_PROXY: "http://all" }, "http://all/"],
  [
    "none where NO_PROXY says so",
    "https://a.example/",
    { HTTPS_PROXY: "http://proxy", NO_PROXY: "b.example, a.example" },
    undefined,
  ],
])("proxy: %s", ([, url, env, proxy]) => {
  expect(proxyFor(new URL(url), env)?.href).toBe(proxy);
});

test.for<[string, string, boolean]>([
  ["*", "https://a.example/", true],
  ["a.example", "https://a.example/", true],
  ["example", "https://a.example/", true],
  [".example", "https://a.example/", true],
  ["*.example", "https://a.example/", true],
  ["ample", "https://a.example/", false],
  ["A.EXAMPLE", "https://a.example/", true],
  ["a.example:443", "https://a.example/", true],
  ["a.example:8443", "https://a.example/", false],
  ["a.example:8443", "https://a.example:8443/", true],
  ["10.0.0.0/8", "http://10.1.2.3/", true],
  ["10.0.0.0/8", "http://11.1.2.3/", false],
  ["10.0.0.0/99", "http://10.1.2.3/", false],
  ["10.0.0.0/8", "http://a.example/", false],
  ["127.0.0.1", "http://127.0.0.1:5000/", true],
  ["0.0.1", "http://127.0.0.1/", false],
  ["::1", "http://[::1]:5000/", true],
  ["[::1]:5000", "http://[::1]:5000/", true],
  ["fd00::/8", "http://[fd12::1]/", true],
  ["", "http://a.example/", false],
])("NO_PROXY=%s and %s: %s", ([noProxy, url, excluded]) => {
  expect(isExcluded(new URL(url), noProxy)).toBe(excluded);
});

test.for<[string, string]>([
  ["HTTPS_PROXY", "http://user:secret@:99999"],
  ["ALL_PROXY", "socks5://user:secret@proxy.example:1080"],
])("%s=%s is shown without its secrets", ([name, address]) => {
  expect(() => proxyFor(new URL("https://a.example/file?token=secret"), { [name]: address })).toThrow(
    expect.objectContaining({
      code: "DOWNLOAD_FAILED",
      message: "could not download https://a.example/file",
      cause: `${name} does not name a proxy that speaks HTTP`,
      hint: `Set ${name} to http://host:port.`,
    }),
  );
});

test.for<[string | undefined, number | undefined]>([
  [undefined, undefined],
  ["3", 3000],
  ["Thu, 01 Jan 1970 00:00:10 GMT", 9000],
  ["0", 0],
  ["Thu, 01 Jan 1970 00:00:00 GMT", undefined],
  ["-5", undefined],
  ["soon", undefined],
])("Retry-After: %s", ([header, milliseconds]) => {
  expect(parseRetryAfter(header, 1000)).toBe(milliseconds);
});

test.for<[unknown, number, number]>([
  [new Error("x"), 2, 500],
  [new Error("x"), 4, 2000],
  [new HttpStatusError(429, "", 3000), 2, 3000],
  [new HttpStatusError(429, "", 999_000), 2, 60_000],
])("the delay after %s before attempt %i is %i ms", ([error, attempt, milliseconds]) => {
  expect(waitMs(error, attempt, 500)).toBe(milliseconds);
});

test.for<[unknown, boolean]>([
  [new HttpStatusError(503, ""), true],
  [new HttpStatusError(404, ""), false],
  [Object.assign(new Error("reset"), { code: "ECONNRESET" }), true],
  [new AggregateError([Object.assign(new Error("refused"), { code: "ECONNREFUSED" })]), true],
  [Object.assign(new Error("certificate"), { code: "CERT_HAS_EXPIRED" }), false],
  [new TypeError("bug"), false],
])("another attempt after %s may succeed: %s", ([error, temporary]) => {
  expect(isTemporary(error)).toBe(temporary);
});

test("a checksum is parsed in both forms", () => {
  const hex = "ab".repeat(32);
  expect([
    parseIntegrity(`sha256:${hex}`),
    parseIntegrity(`sha256-${Buffer.from(hex, "hex").toString("base64")}`),
  ]).toEqual([
    { algorithm: "sha256", digest: hex },
    { algorithm: "sha256", digest: hex },
  ]);
});

test.for(["md5:00", "sha256:abc", "sha512-AAAA", "sha256", ""])("%j is not a checksum", (text) => {
  expect(() => parseIntegrity(text)).toThrow(`${JSON.stringify(text)} is not a checksum`);
});
