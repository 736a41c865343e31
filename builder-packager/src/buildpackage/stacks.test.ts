import { expect, test } from "vitest";
import type { ModuleFacts } from "../config/module-labels.ts";
import { commonStacks } from "./stacks.ts";

type Stacks = NonNullable<ModuleFacts["stacks"]>;

/** `a(m n) b` are two stacks, the first with mixins; `-` is a composite buildpack, nothing one that names no stack. */
function facts(text: string): ModuleFacts {
  if (text === "-") return { api: "0.10", order: [] };
  const stacks: Stacks = [...text.matchAll(/([^\s(]+)(?:\(([^)]*)\))?/g)].map(([, id = "", mixins]) => ({
    id,
    ...(mixins !== undefined && { mixins: mixins.split(" ") }),
  }));
  return { api: "0.10", ...(stacks.length > 0 && { stacks }) };
}

const shown = (stacks: Stacks | undefined) =>
  stacks?.map(({ id, mixins }) => `${id}${mixins ? `(${mixins.join(" ")})` : ""}`).join(" ");

// the examples of pack's MergeCompatible are among them
test.for<[readonly string[], string]>([
  [["s(build:a b run:c)", "s(build:a run:c)"], "s(b build:a run:c)"],
  [["s(build:a) t(a)", "s(run:c) t(a)"], "s(build:a run:c) t(a)"],
  [["s(build:a) t(a)", "t(a run:b)"], "t(a run:b)"],
  [["* s(build:c)", "s(build:a) t(a)"], "s(build:a) t(a)"],
  [["s(build:a) t", "* s(build:c)"], "s(build:a) t"],
  [["* s t", "* s"], "*"],
  [["s", ""], "s"],
  [["", ""], "*"],
  [["-", "s t", "t s"], "t s"],
])("a package of members with the stacks (mixins in parentheses) %j has the common stacks %j", ([modules, expected]) =>
  expect(shown(commonStacks(modules.map(facts)))).toBe(expected),
);

test.for<[readonly string[]]>([[["s(build:a)", "t(a)"]], [["-", "-"]], [["s", "t", "s"]]])(
  "a package of members with the stacks (mixins in parentheses) %j has no common stack",
  ([modules]) => expect(shown(commonStacks(modules.map(facts)))).toBeUndefined(),
);
