import { expect, test } from "vitest";
import { parseIntegrity } from "./integrity.ts";
import { isExcluded, proxyFor } from "./proxy.ts";
import { HttpStatusError, isTemporary, parseRetryAfter, waitMs } from "./retry.ts";

test.for<[string, string, Record<string, string>, string | undefined]>([
  ["no proxy if no environment variable sets one", "https://a.example/", {}, undefined],
  [
    "the proxy in HTTPS_PROXY for an https URL",
    "https://a.example/",
    { HTTPS_PROXY: "http://proxy:3128" },
    "http://proxy:3128/",
  ],
  [
    "no proxy for an https URL if only HTTP_PROXY is set",
    "https://a.example/",
    { HTTP_PROXY: "http://proxy:3128" },
    undefined,
  ],
  [
    "the proxy in http_proxy, even if the value has no scheme",
    "http://a.example/",
    { http_proxy: "proxy:3128" },
    "http://proxy:3128/",
  ],
  [
    "the proxy in http_proxy rather than HTTP_PROXY",
    "http://a.example/",
    { http_proxy: "http://lower", HTTP_PROXY: "http://upper" },
    "http://lower/",
  ],
  ["the proxy in ALL_PROXY for an https URL", "https://a.example/", { ALL_PROXY: "http://all" }, "http://all/"],
  [
    "no proxy if NO_PROXY lists the host",
    "https://a.example/",
    { HTTPS_PROXY: "http://proxy", NO_PROXY: "b.example, a.example" },
    undefined,
  ],
])("a download uses %s", ([, url, env, proxy]) => {
  expect(proxyFor(new URL(url), env)?.href).toBe(proxy);
});

test.for<[string, string, string, boolean]>([
  ["*", "excludes", "https://a.example/", true],
  ["a.example", "excludes", "https://a.example/", true],
  ["example", "excludes", "https://a.example/", true],
  [".example", "excludes", "https://a.example/", true],
  ["*.example", "excludes", "https://a.example/", true],
  ["ample", "does not exclude", "https://a.example/", false],
  ["A.EXAMPLE", "excludes", "https://a.example/", true],
  ["a.example:443", "excludes", "https://a.example/", true],
  ["a.example:8443", "does not exclude", "https://a.example/", false],
  ["a.example:8443", "excludes", "https://a.example:8443/", true],
  ["10.0.0.0/8", "excludes", "http://10.1.2.3/", true],
  ["10.0.0.0/8", "does not exclude", "http://11.1.2.3/", false],
  ["10.0.0.0/99", "does not exclude", "http://10.1.2.3/", false],
  ["10.0.0.0/8", "does not exclude", "http://a.example/", false],
  ["127.0.0.1", "excludes", "http://127.0.0.1:5000/", true],
  ["0.0.1", "does not exclude", "http://127.0.0.1/", false],
  ["::1", "excludes", "http://[::1]:5000/", true],
  ["[::1]:5000", "excludes", "http://[::1]:5000/", true],
  ["fd00::/8", "excludes", "http://[fd12::1]/", true],
  ["", "does not exclude", "http://a.example/", false],
])('NO_PROXY=%j %s the URL "%s" from the proxy', ([noProxy, , url, excluded]) => {
  expect(isExcluded(new URL(url), noProxy)).toBe(excluded);
});

test.for<[string, string]>([
  ["HTTPS_PROXY", "http://user:secret@:99999"],
  ["ALL_PROXY", "socks5://user:secret@proxy.example:1080"],
])("an unusable %s=%j is reported without its secrets", ([name, address]) => {
  expect(() => proxyFor(new URL("https://a.example/file?token=secret"), { [name]: address })).toThrow(
    expect.objectContaining({
      code: "DOWNLOAD_FAILED",
      message: "could not download https://a.example/file",
      cause: `the value of ${name} is not the URL of an HTTP proxy`,
      hint: `Set ${name} to http://host:port.`,
    }),
  );
});

test.for<[string, string | undefined, number | undefined]>([
  ["that is missing gives no delay", undefined, undefined],
  ["in seconds gives a delay", "3", 3000],
  ["with a future date gives a delay", "Thu, 01 Jan 1970 00:00:10 GMT", 9000],
  ["of zero seconds gives a delay of zero", "0", 0],
  ["with a past date gives no delay", "Thu, 01 Jan 1970 00:00:00 GMT", undefined],
  ["of negative seconds gives no delay", "-5", undefined],
  ["that is a word gives no delay", "soon", undefined],
])("a Retry-After header %s", ([, header, milliseconds]) => {
  expect(parseRetryAfter(header, 1000)).toBe(milliseconds);
});

test.for<[string, number, number, unknown]>([
  ["an error", 2, 500, new Error("x")],
  ["an error", 4, 2000, new Error("x")],
  ["a response with a Retry-After of 3 s", 2, 3000, new HttpStatusError(429, "", 3000)],
  ["a response with a Retry-After of 999 s", 2, 60_000, new HttpStatusError(429, "", 999_000)],
])("after %s, the delay before attempt %i is %i ms", ([, attempt, milliseconds, error]) => {
  expect(waitMs(error, attempt, 500)).toBe(milliseconds);
});

test.for<[string, unknown, boolean]>([
  ["retried after status 503", new HttpStatusError(503, ""), true],
  ["not retried after status 404", new HttpStatusError(404, ""), false],
  ["retried after a connection reset", Object.assign(new Error("reset"), { code: "ECONNRESET" }), true],
  [
    "retried if every address refused the connection",
    new AggregateError([Object.assign(new Error("refused"), { code: "ECONNREFUSED" })]),
    true,
  ],
  [
    "not retried after an expired certificate",
    Object.assign(new Error("certificate"), { code: "CERT_HAS_EXPIRED" }),
    false,
  ],
  ["not retried after a programming error", new TypeError("bug"), false],
])("a download is %s", ([, error, temporary]) => {
  expect(isTemporary(error)).toBe(temporary);
});

test("a checksum is parsed in hexadecimal and base64", () => {
  const hex = "ab".repeat(32);
  expect([
    parseIntegrity(`sha256:${hex}`),
    parseIntegrity(`sha256-${Buffer.from(hex, "hex").toString("base64")}`),
  ]).toEqual([
    { algorithm: "sha256", digest: hex },
    { algorithm: "sha256", digest: hex },
  ]);
});

test.for(["md5:00", "sha256:abc", "sha512-AAAA", "sha256", ""])("%j is refused as a checksum", (text) => {
  expect(() => parseIntegrity(text)).toThrow(`the checksum ${JSON.stringify(text)} of a download is not valid`);
});
