import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { CnbError } from "../errors.ts";
import { renderError } from "../terminal/render-error.ts";
import { terminalReporter } from "../terminal/terminal-reporter.ts";
import { withoutSecrets } from "./address.ts";

const secret = "https://me:p@ss@example.com/a.tgz?token=x";
const safe = "https://***@example.com/a.tgz?***";

test.for([
  [secret, safe],
  [`"${secret}" and ${secret}`, `"${safe}" and ${safe}`],
  ["HTTP://me:secret@example.com", "HTTP://***@example.com"],
  ["*=http://:secret@[::1]:80/x is invalid", "*=http://***@[::1]:80/x is invalid"],
  ["https://example.com/a@b?", "https://example.com/a@b?"],
  ["docker://debian@sha256:12 and oci:x?y=1", "docker://debian@sha256:12 and oci:x?y=1"],
] as const)("the URL %s is shown as %s", ([given, shown]) => {
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
