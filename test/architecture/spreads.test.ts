import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { sourcesIn } from "./imports.ts";

/** Lines that spread a literal into a literal (`{ ...{ a, b } }`), which only saves lines: its members can be written there. */
function spreadLiterals(text: string): number[] {
  const found: number[] = [];
  const literalIn = (members: readonly { readonly type: string }[], kind: string) => {
    for (const member of members as readonly Member[])
      if (member?.type === "SpreadElement" && member.argument?.type === kind && hasMembers(member.argument))
        found.push(text.slice(0, member.start).split("\n").length);
  };
  const { program } = parseSync("source.ts", text);
  new Visitor({
    ObjectExpression: ({ properties }) => literalIn(properties, "ObjectExpression"),
    ArrayExpression: ({ elements }) =>
      literalIn(
        elements.filter((each) => each !== null),
        "ArrayExpression",
      ),
  }).visit(program);
  return found;
}

interface Member {
  readonly type: string;
  readonly start: number;
  readonly argument?: {
    readonly type: string;
    readonly properties?: readonly unknown[];
    readonly elements?: readonly unknown[];
  };
}

const hasMembers = ({ properties = [], elements = [] }: NonNullable<Member["argument"]>): boolean =>
  properties.length + elements.length > 0;

test("the check for spread literals finds them", () => {
  expect(spreadLiterals("const a = {\n  ...{ b, c },\n  d: [...[1]],\n};")).toEqual([2, 3]);
  expect(spreadLiterals("const a = { ...b, ...(c ? { d } : {}), e: [...f, ...[]] };")).toEqual([]);
});

test.for(["builder-packager", "buildpacks", "framework", "templates", "test"])(
  "the source in %s spreads no object or array literal",
  (folder) => {
    const dir = join(root, folder);
    const found = sourcesIn(dir).flatMap((file) =>
      spreadLiterals(readFileSync(join(dir, file), "utf8")).map((line) => `${folder}/${file}:${line}`),
    );
    expect(found).toEqual([]);
  },
);
