import { expect, test } from "vitest";
import { parseManifest } from "./manifest.ts";

test.for<[string, string, Record<string, string>]>([
  [
    "ordinary attributes",
    "Manifest-Version: 1.0\r\nMain-Class: a.B\r\n\r\n",
    { "Manifest-Version": "1.0", "Main-Class": "a.B" },
  ],
  [
    "continued lines",
    "Class-Path: lib/a.jar lib/\n b.jar\n  lib/c.jar\n",
    { "Class-Path": "lib/a.jar lib/b.jar lib/c.jar" },
  ],
  ["several sections, of which only the main section is read", "A: 1\n\nName: x/\nB: 2\n", { A: "1" }],
  ["CR line ends", "A: 1\rB: 2\r\rC: 3", { A: "1", B: "2" }],
  ["colons in values", "Url: http://a.test:1\n", { Url: "http://a.test:1" }],
  ["a repeated name, whose last value is read", "A: 1\na: 2\n", { a: "2" }],
  ["malformed lines, which are skipped", "\ufeffA: 1\nnonsense\n: x\nB:2\nC:\n", { A: "1", B: "2", C: "" }],
  ["no content", "", {}],
])("the manifest parser accepts a manifest with %s", ([, text, expected]) => {
  const manifest = parseManifest(text);
  expect(Object.fromEntries(manifest.names.map((name) => [name, manifest.get(name)]))).toEqual(expected);
});

test("manifest names ignore case", () => {
  const manifest = parseManifest("START-class: a.App\n");
  expect([manifest.get("Start-Class"), manifest.get("Main-Class"), manifest.get("constructor")]).toEqual([
    "a.App",
    undefined,
    undefined,
  ]);
});
