import { expect, test } from "vitest";
import { parseDeb822 } from "./deb822.ts";

const parsed = (text: string) => parseDeb822(text, "control").map((stanza) => Object.fromEntries(stanza));

test.for<[string, string, Record<string, string>[]]>([
  ["an empty file", "", []],
  ["a file of empty lines", "\n \n\t\n", []],
  ["one stanza", "Package: dash\nVersion: 0.5\n", [{ package: "dash", version: "0.5" }]],
  ["several stanzas", "A: 1\n\n\nA: 2", [{ a: "1" }, { a: "2" }]],
  ["carriage returns", "A: 1\r\n\r\nA: 2\r\n", [{ a: "1" }, { a: "2" }]],
  ["continuation lines", "A: x\n y\n  z\n .\n", [{ a: "x\ny\n z\n." }]],
  ["an empty first line", "SHA256:\n ab 1 f\n", [{ sha256: "\nab 1 f" }]],
  ["comments, also within a field", "# c\nA: x\n# d\n y\n", [{ a: "x\ny" }]],
  ["colons in values", "URIs: http://h/x\n", [{ uris: "http://h/x" }]],
])("the parser of Debian control files accepts %s", ([, text, stanzas]) => {
  expect(parsed(text)).toEqual(stanzas);
});

test.for<[string, string]>([
  ["a line without a colon", "Package: dash\nhtml>\n"],
  ["a continuation without a field", " y\n"],
])("the Debian control format reports the line number of %s", ([, text]) => {
  const line = text.split("\n").length - 1;
  const shown = JSON.stringify(text.split("\n")[line - 1]);
  expect(() => parsed(text)).toThrow(
    new RegExp(`^control, line ${line}, does not have the form "Field: value": ${shown}$`),
  );
});
