import { codedError } from "../errors.ts";

/** The headers of a message, by lower-case name. */
export type Headers = Record<string, string | string[] | undefined>;

const TOKEN = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
const NOT_ALLOWED = /[^\t\x20-\x7e\x80-\xff]/;

export function checkHeader(name: string, value: unknown): void {
  if (!TOKEN.test(name)) {
    throw codedError(TypeError, "ERR_INVALID_HTTP_TOKEN", `Header name must be a valid HTTP token ["${name}"]`);
  }
  if (value === undefined) {
    throw codedError(TypeError, "ERR_HTTP_INVALID_HEADER_VALUE", `Invalid value "undefined" for header "${name}"`);
  }
  for (const one of Array.isArray(value) ? value : [value]) {
    if (NOT_ALLOWED.test(String(one))) {
      throw codedError(TypeError, "ERR_INVALID_CHAR", `Invalid character in header content ["${name}"]`);
    }
  }
}

/** A second line with one of these names is ignored, as Node.js does. */
const SINGLE = new Set([
  "age",
  "authorization",
  "content-length",
  "content-type",
  "etag",
  "expires",
  "from",
  "host",
  "if-modified-since",
  "if-unmodified-since",
  "last-modified",
  "location",
  "max-forwards",
  "proxy-authorization",
  "referer",
  "retry-after",
  "server",
  "user-agent",
]);

/** Combines a flat list of alternating names and values into headers. */
export function joinHeaders(raw: readonly string[]): Headers {
  const headers: Headers = {};
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    const former = headers[name];
    if (name === "set-cookie") {
      headers[name] = [...(Array.isArray(former) ? former : []), value];
    } else if (former === undefined) {
      headers[name] = value;
    } else if (!SINGLE.has(name)) {
      headers[name] = `${former as string}${name === "cookie" ? "; " : ", "}${value}`;
    }
  }
  return headers;
}
