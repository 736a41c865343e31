import { expect, test } from "vitest";
import { property } from "../../../../test/support/java/apps.ts";
import { secretsIn, withoutLogins } from "./settings.ts";

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
])("secrets in Maven settings are found: %s", ([, text, expected]) => expect(secretsIn(text)).toEqual(expected));

test("credentials in Maven settings do not influence the cache key", () =>
  expect(withoutLogins(`<settings>${server}<!-- a --><url>https://u:p@example.org/m2</url></settings>`)).toBe(
    "<settings><url>https://example.org/m2</url></settings>",
  ));
