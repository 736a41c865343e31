import { writeSync } from "node:fs";
import { load } from "js-yaml";
import { readXml } from "../../../buildpacks/java-app/src/poms/xml.ts";
import { yamlOptions } from "../../../buildpacks/node-packages/src/yaml.ts";
import { parseToml } from "../../../framework/src/spec/schemas/toml.ts";

/* Parses documents that an attacker wrote, and prints what came of each. Runs on Node.js and on the small engine. */

const deep = 100_000;
const long = 1_000_000;
const many = 50_000;
const nested = (open: string, close: string, inner = "", depth = deep) =>
  open.repeat(depth) + inner + close.repeat(depth);
const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");
/** Each level names the one before ten times. */
const bomb = (level: (index: number) => string) => lines(10, level);

const toml: Readonly<Record<string, string | Uint8Array>> = {
  "nested lists": `a = ${nested("[", "]")}`,
  "nested lists that do not end": `a = ${"[".repeat(deep)}`,
  "nested tables": `a = ${nested("{a=", "}", "1")}`,
  "a key of many parts": `${"a.".repeat(deep)}a = 1`,
  "a key of a hundred parts": `${"a.".repeat(99)}a = 1`,
  "a header of many parts": `[${"a.".repeat(deep)}a]`,
  "a long key": `${"a".repeat(long)} = 1`,
  "a long quoted key": `"${"a".repeat(long)}" = 1`,
  "many keys": lines(many, (index) => `key${index} = ${index}`),
  "many tables": lines(many, (index) => `[t${index}]`),
  "many tables of a list": lines(many, () => "[[t]]"),
  "many dotted keys": lines(many, (index) => `a.b.c${index} = 1`),
  "the same key twice": `${lines(many, (index) => `key${index} = 1`)}\nkey0 = 2`,
  "a key of the prototype": "__proto__ = 1\nconstructor.prototype = 2\n[__proto__x]\n",
  "a table of the prototype": "[__proto__]\npolluted = true",
  "a long integer": `a = ${"1".repeat(long)}`,
  "a long fraction": `a = 1.${"1".repeat(long)}`,
  "a long hexadecimal number": `a = 0x${"f".repeat(many)}`,
  "a text that does not end": `a = "${"x".repeat(long)}`,
  "lines that do not end": `a = """${"x\n".repeat(long / 2)}`,
  "many escapes": `a = "${"\\u0041".repeat(many)}"`,
  "a half of a surrogate": 'a = "\\ud800"',
  "a long comment": `#${"x".repeat(long)}\na = 1`,
  "many commas": `a = [${",".repeat(many)}]`,
  "many quotes": `a = ${'"'.repeat(many)}`,
  "many equals signs": `a ${"=".repeat(many)}`,
  "many blanks": `a =${" ".repeat(long)}1`,
  "bytes that are not UTF-8": Uint8Array.of(0x61, 0x3d, 0xff, 0xfe),
  "a NUL": "a = 1\0",
  "a date that is none": "a = 2024-02-30",
};

const json: Readonly<Record<string, string>> = {
  "nested lists": nested("[", "]"),
  "nested lists, a thousand": nested("[", "]", "", 1000),
  "nested tables, a thousand": nested('{"a":', "}", "1", 1000),
  "nested lists that do not end": "[".repeat(deep),
  "a long key": `{"${"a".repeat(long)}":1}`,
  "many keys": `{${Array.from({ length: many }, (_, index) => `"key${index}":${index}`).join()}}`,
  "many keys that are numbers": `{${Array.from({ length: many }, (_, index) => `"${many - index}":1`).join()}}`,
  "the same key many times": `{${Array.from({ length: many }, () => '"a":1').join()}}`,
  "a key of the prototype": '{"__proto__":{"polluted":true},"constructor":1}',
  "a long number": "1".repeat(long),
  "a long fraction": `0.${"1".repeat(long)}`,
  "a large exponent": `1e${"9".repeat(many)}`,
  "a text that does not end": `"${"x".repeat(long)}`,
  "many escapes": `"${"\\u0041".repeat(many)}"`,
  "a half of a surrogate": '"\\ud800"',
  "many commas": `[${",".repeat(many)}]`,
  "blanks alone": " ".repeat(long),
};

const yaml: Readonly<Record<string, string>> = {
  "nested aliases": bomb(
    (index) =>
      `a${index}: &a${index} [${Array(10)
        .fill(index === 0 ? "x" : `*a${index - 1}`)
        .join()}]`,
  ),
  "nested merges": bomb(
    (index) =>
      `a${index}: &a${index} { <<: [${Array(10)
        .fill(index === 0 ? "{x: 1}" : `*a${index - 1}`)
        .join()}] }`,
  ),
  "more aliases than are allowed": `a: &a x\nb: [${Array(33).fill("*a").join()}]`,
  "as many aliases as are allowed": `a: &a x\nb: [${Array(32).fill("*a").join()}]`,
  "an alias of itself": "a: &a [*a]",
  "an alias of nothing": "a: *b",
  "nested lists": nested("[", "]"),
  "nested lists, a thousand": nested("[", "]", "", 1000),
  "nested tables": nested("{a: ", "}", "1"),
  "nested lines": lines(1500, (index) => `${" ".repeat(index)}a:`),
  "nested dashes": "- ".repeat(20_000),
  "nested question marks": "? ".repeat(20_000),
  "a long key": `${"a".repeat(long)}: 1`,
  "a long key in quotes": `"${"a".repeat(long)}": 1`,
  "many keys": lines(many, (index) => `key${index}: ${index}`),
  "the same key twice": "a: 1\na: 2",
  "a key of the prototype": "__proto__: { polluted: true }\nconstructor: 1",
  "a key that is a list": "? [a, b]\n: 1",
  "a function": "a: !!js/function 'function () {}'",
  "an unknown tag": "a: !unknown x",
  "a text that does not end": `a: "${"x".repeat(long)}`,
  "a long block": `a: |\n${lines(many, () => "  x")}`,
  "a block that is folded": `a: >\n${lines(many, () => "  x")}`,
  "many documents": lines(many, () => "---"),
  "many directives": lines(many, () => "%TAG ! tag:x,2000:"),
  "many escapes": `a: "${"\\u0041".repeat(many)}"`,
  "a long number": `a: ${"1".repeat(long)}`,
  "a number with base sixty": `a: ${"1:".repeat(many)}1`,
  "a long date": `a: 2024-01-01T00:00:00.${"1".repeat(many)}Z`,
  "many blanks": `a:${" ".repeat(long)}1`,
  tabs: "a:\n\t- b",
};

const doctype = (body: string, inner: string) => `<?xml version="1.0"?><!DOCTYPE a [${body}]><a>${inner}</a>`;
const xml: Readonly<Record<string, string>> = {
  "nested entities": doctype(
    bomb((index) => `<!ENTITY e${index} "${index === 0 ? "x" : `&e${index - 1};`.repeat(10)}">`),
    "&e9;",
  ),
  "a long entity many times": doctype(`<!ENTITY e "${"x".repeat(many)}">`, "&e;".repeat(many)),
  "an entity that is a file": doctype('<!ENTITY e SYSTEM "file:///etc/passwd">', "&e;"),
  "an entity of itself": doctype('<!ENTITY e "&e;">', "&e;"),
  "a parameter": doctype('<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;', ""),
  "nested elements": nested("<a>", "</a>"),
  "nested elements, five hundred": nested("<a>", "</a>", "", 500),
  "nested elements that do not end": "<a>".repeat(deep),
  "many elements": `<a>${"<b/>".repeat(many)}</a>`,
  "many attributes": `<a ${Array.from({ length: 5000 }, (_, index) => `b${index}="1"`).join(" ")}/>`,
  "the same attribute twice": '<a b="1" b="2"/>',
  "an attribute of the prototype": '<a __proto__="1" constructor="2"/>',
  "a long name": `<${"a".repeat(long)}/>`,
  "a long attribute": `<a b="${"x".repeat(long)}"/>`,
  "a comment that does not end": `<a><!--${"x".repeat(long)}`,
  "many beginnings of comments": `<a>${"<!--".repeat(many)}`,
  "data that do not end": `<a><![CDATA[${"]]".repeat(many)}`,
  "many references": `<a>${"&#65;".repeat(many)}</a>`,
  "a reference that is no character": "<a>&#x110000;</a>",
  "a long reference": `<a>&#${"1".repeat(many)};</a>`,
  "many ampersands": `<a>${"&".repeat(many)}</a>`,
  "a declaration that does not end": `<!DOCTYPE a [${"<!ENTITY ".repeat(many)}`,
  "many instructions": `<a>${"<?b c?>".repeat(many)}</a>`,
  "an unknown encoding": '<?xml version="1.0" encoding="none"?><a>é</a>',
  "a NUL": "<a>\0</a>",
};

/** How many values a document has, how deep they are, and whether it changed the prototype of all objects. */
function shapeOf(document: unknown): string {
  const seen = new Set<unknown>();
  let [values, depth, length] = [0, 0, 0];
  let level: unknown[] = [document];
  while (level.length > 0) {
    depth += 1;
    values += level.length;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === "string") length += value.length;
      if (typeof value !== "object" || value === null || seen.has(value)) continue;
      seen.add(value);
      for (const [key, inner] of Object.entries(value)) {
        length += key.length;
        next.push(inner);
      }
    }
    level = next;
  }
  return `${values} values, depth ${depth}, ${length} characters${"polluted" in {} ? ", polluted" : ""}`;
}

const messageOf = (error: unknown): string => {
  const { name, message, cause } = error as Error & { readonly cause?: unknown };
  const text = `${name}: ${message}${typeof cause === "string" ? `; ${cause}` : ""}`.replace(/\s+/g, " ");
  return text.length > 150 ? `${text.slice(0, 150)}… (${text.length})` : text;
};

const encoder = new TextEncoder();
const elements = ({ name, text, children, attributes }: ReturnType<typeof readXml>): unknown => ({
  name,
  text,
  count: children.length,
  attributes,
});
const formats: readonly [string, Readonly<Record<string, string | Uint8Array>>, (text: never) => unknown][] = [
  ["TOML", toml, (text: string | Uint8Array) => parseToml(text, "file.toml")],
  ["JSON", json, (text: string) => JSON.parse(text)],
  ["YAML", yaml, (text: string) => load(text, yamlOptions)],
  ["XML", xml, (text: string) => elements(readXml(encoder.encode(text)))],
];

for (const [format, documents, parse] of formats)
  for (const [name, text] of Object.entries(documents)) {
    let result: string;
    try {
      result = shapeOf(parse(text as never));
    } catch (error) {
      result = messageOf(error);
    }
    writeSync(1, `${format}, ${name}: ${result}\n`);
  }
