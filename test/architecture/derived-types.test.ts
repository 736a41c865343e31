import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { sourcesIn } from "./imports.ts";

const derivations = new Set(["Parameters", "ReturnType", "ConstructorParameters"]);

/**
 * Lines that derive a type from a function (`ReturnType<typeof read>`, `Parameters<Logger["table"]>`). A reader has to open
 * another file to learn the type, and an editor shows no name for it. What depends on a type parameter can only be derived.
 */
function derivedTypes(text: string): number[] {
  const found: number[] = [];
  const { program } = parseSync("source.ts", text);
  new Visitor({
    TSTypeReference({ typeName, typeArguments, start }) {
      const [argument] = typeArguments?.params ?? [];
      const isNamed = argument?.type === "TSIndexedAccessType" && argument.indexType.type === "TSLiteralType";
      const isDerived = typeName.type === "Identifier" && derivations.has(typeName.name);
      if (isDerived && (argument?.type === "TSTypeQuery" || isNamed))
        found.push(text.slice(0, start).split("\n").length);
    },
  }).visit(program);
  return found;
}

test("the check for derived TypeScript types finds ReturnType and Parameters of named functions", () => {
  const texts = [
    "let a: ReturnType<typeof f>;",
    'let a: Parameters<typeof f>[1]["plan"];',
    'let a: Awaited<ReturnType<Layers["provide"]>>;',
  ];
  for (const text of texts) expect(derivedTypes(text)).toEqual([1]);
});

test("the check for derived TypeScript types ignores types that depend on a type parameter", () => {
  expect(derivedTypes("type Results<T extends readonly F[]> = { [I in keyof T]: ReturnType<T[I]> };")).toEqual([]);
  expect(derivedTypes('const a: Foo["bar"] = b; let c: Awaited<D>; let d: typeof e;')).toEqual([]);
});

test.for(["builder-packager/src", "buildpacks", "framework/src", "templates/src"])(
  "the sources in %s use named types instead of types derived with ReturnType or Parameters",
  (folder) => {
    const dir = join(root, folder);
    const found = sourcesIn(dir).flatMap((file) =>
      derivedTypes(readFileSync(join(dir, file), "utf8")).map((line) => `${folder}/${file}:${line}`),
    );
    expect(found).toEqual([]);
  },
);
