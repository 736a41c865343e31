import http from "node:http";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Listening, listen } from "../../../test/support/registry/listen.ts";
import { silentReporter } from "../reporter.ts";
import { checkInventory } from "./check-inventory.ts";
import { updateInventory } from "./update-inventory.ts";

const host = { env: {}, reporter: silentReporter };
let server: Listening;
let address: string;
beforeAll(async () => {
  server = await listen(
    http.createServer(({ url = "" }, response) => {
      if (url.startsWith("/missing")) response.writeHead(404);
      response.end(url.startsWith("/list") ? '[{ "version": "1.0.0" }]' : "<html>");
    }),
  );
  address = `http://me:passw0rd@${server.host}`;
});
afterAll(() => server.stop());

const source = (keys: string) => `[[dependency-sources]]\nid = "tool"\n${keys}\n`;

describe("the message of a source", () => {
  test.for<[string, (index: string) => string, RegExp]>([
    ["with an unreadable index", (index) => `type = "json"\nurl = "${index}/index?token=t0ken"\nuri = "x"`, /not JSON/],
    ["with a missing index", (index) => `type = "json"\nurl = "${index}/missing?token=t0ken"\nuri = "x"`, /404/],
    [
      "with an unreadable file of checksums",
      (index) =>
        `type = "json"\nurl = "${index}/list"\nuri = "https://x.test/a.tgz"\nchecksum = "${index}/sums?token=t0ken"`,
      /has no SHA-256/,
    ],
    [
      "with a password in the URLs of its files",
      (index) => `type = "json"\nurl = "${index}/list"\nuri = "a"`,
      /password/,
    ],
    [
      "with a password without a user name in the URLs of its files",
      (index) => `type = "json"\nurl = "${index.replace("me:", ":")}/list"\nuri = "a"`,
      /contains a password/,
    ],
    [
      "that copies another inventory",
      (index) => `type = "inventory"\nurl = "${index}/index?token=t0ken"`,
      /cannot be read|not valid/,
    ],
  ])("%s does not contain the password and the query of its URL", async ([, keys, reason]) => {
    const { failures } = await updateInventory({ file: "/inventory.toml", text: source(keys(address)) }, host);
    const messages = failures.map(({ message }) => message).join("\n");
    expect(messages).toMatch(reason);
    expect(messages).not.toMatch(/passw0rd|t0ken/);
    // with the hint, the stack and all causes
    for (const { error } of failures) expect(inspect(error, { depth: 10 })).not.toMatch(/passw0rd|t0ken/);
  });

  test("with a Python index in the environment does not contain the password of the index", async () => {
    const env = { PIP_INDEX_URL: `${address}/simple` };
    const text = source('type = "pypi"\nname = "tool"\nfile = "tool-{version}.whl"');
    const { failures } = await updateInventory({ file: "/inventory.toml", text }, { ...host, env });
    const page = `http://***@${server.host}/simple/tool/`;
    expect(failures.map(({ message }) => message)).toEqual([
      `tool is unchanged: ${page} is not an index of releases: it has no links`,
    ]);
  });
});

test("the findings about an entry do not contain the password and the query of its URL", async () => {
  const entry = `[[dependencies]]\nid = "tool"\nversion = "0.9.0"\nuri = "${address}/missing/tool.tgz?token=t0ken"\nchecksum = "sha256:${"0".repeat(64)}"\n`;
  const text = source(`type = "json"\nurl = "${address}/list"\nuri = "https://x.test/a.tgz"`) + entry;
  for (const download of [false, true]) {
    const findings = await checkInventory({ file: "/inventory.toml", text }, host, { download });
    const messages = findings.map(({ message }) => message).join("\n");
    expect(messages).toMatch(/cannot be downloaded/);
    expect(messages).not.toMatch(/passw0rd|t0ken/);
  }
});
