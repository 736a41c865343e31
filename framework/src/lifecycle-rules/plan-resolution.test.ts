import { describe, expect, test } from "vitest";
import { type Participant, planFor, resolvePlan, withoutMet } from "./plan-resolution.ts";
import type { PlanSections, WrittenPlan } from "./written-plan.ts";
import { emptyPlan } from "./written-plan.ts";

/** `p x` provides, `r x` requires; alternatives are separated by `|`; `a?` is optional. */
function participants(text: string): readonly Participant[] {
  return text.split(";").map((part) => {
    const [, id = "", optional, body = ""] = /^\s*(\w+)(\??)\{(.*)\}\s*$/.exec(part) ?? [];
    const [top = none, ...or] = body.split("|").map(sections);
    const plan: WrittenPlan = { ...top, or };
    return { element: { id, version: "1", optional: optional === "?" }, plan };
  });
}

const none: PlanSections = { provides: [], requires: [] };

function sections(text: string): PlanSections {
  const words = text.split(",").map((word) => word.trim().split(" "));
  const named = (kind: string) => words.filter(([first]) => first === kind).map(([, name = ""]) => ({ name }));
  return { provides: named("p"), requires: named("r") };
}

test("build plans with a million combinations of alternatives are refused", () => {
  const or = Array.from({ length: 1000 }, (_, index) => ({ provides: [{ name: `${index}` }], requires: [] }));
  const member = (id: string) => ({
    element: { id, version: "1" },
    plan: { ...emptyPlan, provides: [{ name: "x" }], or },
  });
  const begun = performance.now();
  const resolution = resolvePlan(["a", "b", "c", "d"].map(member));
  expect(resolution).toMatchObject({ outcome: "unresolved" });
  const { reasons } = resolution as { reasons: readonly string[] };
  expect(reasons.length).toBeLessThan(102);
  expect(reasons.at(-1)).toBe("the build plans have too many alternatives: gave up after 1,000,000 entries");
  expect(performance.now() - begun).toBeLessThan(20_000);
});

function outcome(text: string): string {
  const resolution = resolvePlan(participants(text));
  if (resolution.outcome === "unresolved") return "FAIL";
  const group = resolution.group.map(({ id }) => id).join(" ");
  const entries = resolution.plan.map(
    ({ providers, requires }) =>
      `${requires.map(({ name }) => name).join("+")}←${providers.map(({ id }) => id).join(",")}`,
  );
  return [group, ...entries].join(" | ");
}

describe("when build plans are resolved,", () => {
  // The first eleven were measured with the lifecycle's own code.
  test.for([
    ["an empty first alternative takes precedence", "a{|p x,r x}", "a"],
    ["a buildpack may meet its own requirement", "a{p x,r x}", "a | x←a"],
    ["a name provided after its last requirement counts as unused", "a{p x,r x};b{p x}", "FAIL"],
    ["several buildpacks may provide one name", "a{p x};b{p x};c{r x}", "a b c | x←a,b"],
    ["an optional buildpack is dropped if none of its alternatives resolves", "a?{r x|r y};b{}", "b"],
    ["an empty alternative keeps an optional buildpack", "a?{r x|};b{}", "a b"],
    ["a requirement is met only by earlier buildpacks", "a{r x};b{p x}", "FAIL"],
    ["dropping a buildpack also drops optional buildpacks that require its dependency", "o?{p y};p?{r y,p z};q{}", "q"],
    ["a group without remaining buildpacks fails", "o?{p y}", "FAIL"],
    ["requirements of one name are in one entry", "a{p x};b{r x};c{p x};d{r x}", "a b c d | x+x←a,c"],
    ["the first alternative that resolves is used", "node?{p node|p node,r node};npm{}", "node npm | node←node"],
    ["a later alternative of a required buildpack is used", "a{p x};b{r y|r x}", "a b | x←a"],
  ] as const)("%s", ([, group, expected]) => expect(outcome(group)).toBe(expected));
});

test("a failed resolution of a build plan gives a reason for every alternative", () => {
  expect(resolvePlan(participants("a{p x|r y}"))).toEqual({
    outcome: "unresolved",
    reasons: ["a@1 provides x, which nothing after it requires", "a@1 requires y, which nothing before it provides"],
  });
});

test("a plan entry is passed to the extension that provides it, not to a buildpack of the same ID", () => {
  const resolution = resolvePlan(participants("a{p x,p y};b{p x};c{r x,r y}"));
  if (resolution.outcome !== "resolved") throw new Error("it resolves");
  expect(planFor(resolution.plan, { id: "a" })).toEqual([{ name: "x" }, { name: "y" }]);
  expect(planFor(withoutMet(resolution.plan, ["y"]), { id: "b" })).toEqual([{ name: "x" }]);
  expect(planFor(withoutMet(resolution.plan, ["x", "y"]), { id: "b" })).toEqual([]);
});

test("a plan entry goes to the extension that provides it, not to a buildpack of the same ID", () => {
  const extension = { id: "a", version: "1", extension: true, optional: true };
  const resolution = resolvePlan([
    { element: extension, plan: { ...emptyPlan, provides: [{ name: "x" }] } },
    { element: { id: "a", version: "1" }, plan: { ...emptyPlan, requires: [{ name: "x" }] } },
  ]);
  if (resolution.outcome !== "resolved") throw new Error("it resolves");
  expect(resolution).toEqual({
    outcome: "resolved",
    group: [
      { id: "a", version: "1", extension: true },
      { id: "a", version: "1" },
    ],
    plan: [{ providers: [{ id: "a", version: "1", extension: true }], requires: [{ name: "x" }] }],
  });
  expect(planFor(resolution.plan, extension)).toEqual([{ name: "x" }]);
  expect(planFor(resolution.plan, { id: "a" })).toEqual([]);
});
