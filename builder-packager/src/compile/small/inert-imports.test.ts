import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { inertOutputs, withoutImportsOf } from "./inert-imports.ts";

const dir = realpathSync(mkdtempSync(join(tmpdir(), "inert-imports-")));
afterAll(() => rmSync(dir, { recursive: true }));

test("an import without names is replaced by blanks if the imported module has no side effects", () => {
  const text = 'import"./c-AAAAAAAA.js";import{a}from"./c-AAAAAAAA.js";import"./c-BBBBBBBB.js";a()';
  const blanks = " ".repeat('import"./c-AAAAAAAA.js";'.length);
  expect(withoutImportsOf(new Set(["c-AAAAAAAA.js"]), text)).toBe(
    `${blanks}import{a}from"./c-AAAAAAAA.js";import"./c-BBBBBBBB.js";a()`,
  );
});

/** Whether an output with these files is inert. */
function isInert(inputs: Readonly<Record<string, number>>): boolean {
  const sizes = Object.entries(inputs).map(([name, bytesInOutput]) => [name, { bytesInOutput }]);
  const output = { inputs: Object.fromEntries(sizes), bytes: 1, imports: [], exports: [] };
  return inertOutputs({ inputs: {}, outputs: { "c-AAAAAAAA.js": output } } as Metafile, dir).has("c-AAAAAAAA.js");
}

test.for([
  [false, true],
  [["./other.js"], true],
  [["./part.js"], false],
  [["./p*.js"], false],
  [true, false],
])(
  "with sideEffects = %j in package.json, the check that the package's file part.js has no side effects returns %j",
  ([sideEffects, expected]) => {
    expect(isInertWith({ sideEffects })).toBe(expected);
  },
);

test("without sideEffects in package.json, the check that the package's file part.js has no side effects returns false", () => {
  expect(isInertWith({})).toBe(false);
});

function isInertWith(fields: object): boolean {
  mkdirSync(join(dir, "node_modules/parts"), { recursive: true });
  writeFileSync(join(dir, "node_modules/parts/package.json"), JSON.stringify({ name: "parts", ...fields }));
  return isInert({ "node_modules/parts/part.js": 10 });
}

test("a bundled output is free of side effects if all files in the output are free of side effects", () => {
  expect(isInert({ "node-builtin:fs": 10 })).toBe(true);
  expect(isInert({ "src/author.ts": 10 })).toBe(false);
  expect(isInert({ "src/author.ts": 0, "node-builtin:fs": 10 })).toBe(true);
  expect(isInert({ "src/author.ts": 10, "node-builtin:fs": 10 })).toBe(false);
});
