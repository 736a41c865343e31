import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { CnbError } from "../errors.ts";
import { renderError } from "../terminal/render-error.ts";
import { terminalReporter } from "../terminal/terminal-reporter.ts";
import { errorWithoutSecrets, withoutSecrets } from "./address.ts";

const secret = "https://me:p@ss@example.com/a.tgz?token=x";
const safe = "https://***@example.com/a.tgz?***";

test.for([
  ["https://me:p@ss@example.com/a.tgz?token=x", "https://***@example.com/a.tgz?***"],
  [`"${secret}" and ${secret}`, `"${safe}" and ${safe}`],
  ["HTTP://me:secret@example.com", "HTTP://***@example.com"],
  ["*=http://:secret@[::1]:80/x is invalid", "*=http://***@[::1]:80/x is invalid"],
  ["'https://example.com/a?b=c': gone", "'https://example.com/a?***': gone"],
  ["https://me:it's@example.com/simple", "https://***@example.com/simple"],
  [`https://me:a"b@example.com, a@b`, "https://***@example.com, a@b"],
  ["https://example.com/a?token=a'b", "https://example.com/a?***"],
  [`{"url":"https://example.com/a","by":"a@b"}`, `{"url":"https://example.com/a","by":"a@b"}`],
  ["https://example.com/a@b?", "https://example.com/a@b?"],
  ["docker://debian@sha256:12 and oci:x?y=1", "docker://debian@sha256:12 and oci:x?y=1"],
] as const)("removing secrets from the text %j returns %j", ([given, shown]) => {
  expect(withoutSecrets(given)).toBe(shown);
});

test("errors and progress hide passwords and tokens in URLs", async () => {
  const error = new CnbError("BASE_DOWNLOAD_FAILED", `cannot fetch ${secret}`, {
    cause: new Error(secret),
    hint: secret,
  });
  expect(renderError(error, { verbose: true })).not.toMatch(/p@ss|token=/);

  const stream = new PassThrough();
  const reporter = terminalReporter(stream as unknown as NodeJS.WriteStream, { verbose: true });
  for (const say of [reporter.step, reporter.info, reporter.warn, reporter.debug, reporter.output]) say(secret);
  stream.end();
  const lines = (await text(stream)).trimEnd().split("\n");
  expect(lines.map((line) => line.replace(/^.* /, ""))).toEqual([safe, safe, safe, safe, safe]);
});

test("an error keeps its class, and has no secrets in its message, its stack, its properties and its causes", () => {
  const url = "https://me:secret@example.com/a?token=secret";
  const cause = Object.assign(new TypeError(`cannot fetch ${url}`), { request: { url } });
  const error = Object.assign(new RangeError(`cannot read ${url}`, { cause }), { self: {}, hint: `Check ${url}` });
  error.self = error;
  const masked = errorWithoutSecrets(error);
  expect(masked).toBe(error);
  expect(error.message).toBe("cannot read https://***@example.com/a?***");
  expect(inspect(masked, { depth: 10, showHidden: true })).not.toContain("secret");
});

test("lists and URLs in an error have no secrets", () => {
  const url = "https://me:secret@example.com/a?token=secret";
  const first = Object.assign(new Error("first"), { args: ["--url", url], at: new URL(url) });
  const masked = errorWithoutSecrets(new AggregateError([first, new Error(url)], "all failed"));
  expect(inspect(masked, { depth: 10, showHidden: true })).not.toContain("secret");
  expect(first).toMatchObject({ args: ["--url", "https://***@example.com/a?***"] });
});

test("the options that an error refers to stay as they are", () => {
  const options = { url: "https://me:secret@example.com/", hosts: ["https://me:secret@example.com/"] };
  const error = Object.assign(new Error("failed"), { options });
  errorWithoutSecrets(error);
  expect(error.options.url).toBe("https://***@example.com/");
  expect(options).toEqual({ url: "https://me:secret@example.com/", hosts: ["https://me:secret@example.com/"] });
});

test("a text that was thrown has no secrets", () => {
  expect(errorWithoutSecrets("https://me:secret@example.com/")).toBe("https://***@example.com/");
});
