import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Argument,
  type ArrayExpressionElement,
  type Expression,
  type ObjectPropertyKind,
  parseSync,
  Visitor,
} from "oxc-parser";
import { describe, expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { sourcesIn } from "./imports.ts";

type Member = ObjectPropertyKind | ArrayExpressionElement | Argument;
type List = "object" | "array" | "arguments";

/** Lines with a spread that a condition holds for. */
function spreads(text: string, matches: (spread: Expression, into: List) => boolean): number[] {
  const found: number[] = [];
  const check = (into: List, members: readonly Member[]) => {
    for (const member of members)
      if (member?.type === "SpreadElement" && matches(inner(member.argument), into)) found.push(member.start);
  };
  const { program } = parseSync("source.ts", text);
  new Visitor({
    ObjectExpression: ({ properties }) => check("object", properties),
    ArrayExpression: ({ elements }) => check("array", elements),
    CallExpression: (call) => check("arguments", call.arguments),
    NewExpression: (call) => check("arguments", call.arguments),
  }).visit(program);
  return found.sort((one, other) => one - other).map((start) => text.slice(0, start).split("\n").length);
}

const inner = (expression: Expression): Expression =>
  expression.type === "ParenthesizedExpression" ? inner(expression.expression) : expression;

/**
 * Lines that spread a literal into a literal of its kind, or into arguments. The spread only saves
 * lines: the literal's members can be written there.
 */
const spreadLiterals = (text: string): number[] =>
  spreads(text, (spread, into) => {
    if (into === "object") return spread.type === "ObjectExpression" && spread.properties.length > 0;
    return spread.type === "ArrayExpression" && spread.elements.length > 0;
  });

/**
 * Lines that spread a condition into an object. The object can have properties that may be
 * undefined, which `defined()` omits. An array has no such way to omit an element, and `??` only
 * replaces what is absent.
 */
const conditionalSpreads = (text: string): number[] =>
  spreads(text, (spread, into) => {
    if (into !== "object") return false;
    return spread.type === "ConditionalExpression" || (spread.type === "LogicalExpression" && spread.operator !== "??");
  });

describe("the check for spread syntax", () => {
  test("finds object and array literals that are spread", () => {
    expect(spreadLiterals("const a = {\n  ...{ b, c },\n  d: [...[1]],\n};")).toEqual([2, 3]);
    expect(spreadLiterals("f(\n  ...[1],\n  new C(...[2]),\n);")).toEqual([2, 3]);
    expect(spreadLiterals('const a = { ...b, ...(c ? { d } : {}), e: [...f, ...[]], ..."g" };')).toEqual([]);
  });

  test("finds conditions that are spread into an object", () => {
    expect(conditionalSpreads("const a = {\n  ...(b && { c }),\n  ...(d ? { e } : {}),\n};")).toEqual([2, 3]);
    expect(conditionalSpreads("const a = { b: {\n ...((c || d)) } };")).toEqual([2]);
    expect(
      conditionalSpreads("const a = { ...b, ...(c ?? d), ...defined({ e: f && g }), h: [...(i ? [j] : [])] };"),
    ).toEqual([]);
  });
});

function found(folder: string, check: (text: string) => number[], withTests: boolean): string[] {
  const dir = join(root, folder);
  return sourcesIn(dir, withTests).flatMap((file) =>
    check(readFileSync(join(dir, file), "utf8")).map((line) => `${folder}/${file}:${line}`),
  );
}

test.for(["builder-packager", "buildpacks", "framework", "templates", "test"])(
  "the directory %s spreads no object or array literal",
  (folder) => {
    expect(found(folder, spreadLiterals, true)).toEqual([]);
  },
);

// The engine's Node.js layer is compiled without the packager, so it has no `defined()`.
test.for(["builder-packager/src", "buildpacks", "framework", "templates"])(
  "sources in %s spread no condition into an object",
  (folder) => {
    expect(found(folder, conditionalSpreads, false)).toEqual([]);
  },
);
