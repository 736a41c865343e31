import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { root } from "../../support/cnb.ts";
import { sourcesIn } from "../imports.ts";

/** The texts in the tests of the decoders, and in the tests of whole commands with invalid files. */
export function testTexts(): readonly string[] {
  const tests = [
    "framework/src/spec",
    "framework/src/inventory",
    "builder-packager/src",
    "test/conformance",
    "test/e2e/hostile",
    "test/support/hostile",
  ].flatMap((dir) => sourcesIn(join(root, dir), true).map((file) => join(root, dir, file)));
  const texts = tests
    .filter((file) => /\.test\.ts$|\/support\//.test(file))
    .flatMap((file) => literals(readFileSync(file, "utf8")));
  return [...new Set(texts)].filter((text) => text.includes("=") && text.length < 10_000);
}

function literals(source: string): readonly string[] {
  const found: string[] = [];
  new Visitor({
    Literal: ({ value }) => {
      if (typeof value === "string") found.push(value);
    },
    TemplateLiteral: ({ quasis }) => {
      if (quasis.length === 1 && quasis[0]?.value.cooked) found.push(quasis[0].value.cooked);
    },
  }).visit(parseSync("test.ts", source).program);
  return found;
}
