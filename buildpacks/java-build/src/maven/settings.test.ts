import { expect, test } from "vitest";
import { property } from "../../../../test/support/java/apps.ts";
import { secretsIn, withoutLogins } from "./settings.ts";

const server = "<servers><server><id>a</id><username>u</username><password>s3cret</password></server></servers>";

test.for<[string, string, readonly string[]]>([
  ["passwords", server, ["s3cret"]],
  ["those that variables hold are hidden where these are", `<password>${property("env.TOKEN")}</password>`, []],
  ["phrases of keys", "<passphrase> words of it </passphrase>", ["words of it"]],
  ["logins in addresses", "<url>https://u:p%40ss@example.org/m2</url>", ["p%40ss"]],
  ["tokens in headers", "<value>Bearer abcdefgh12345678</value>", ["abcdefgh12345678"]],
  [
    "what only begins like one",
    "<value> tokenabc </value><value>Basic ab</value><value>short</value>",
    ["tokenabc", "Basic ab"],
  ],
])("secrets: %s", ([, text, expected]) => expect(secretsIn(text)).toEqual(expected));

test("logins do not influence the cache key", () =>
  expect(withoutLogins(`<settings>${server}<!-- a --><url>https://u:p@example.org/m2</url></settings>`)).toBe(
    "<settings><url>https://example.org/m2</url></settings>",
  ));
