import { describe, expect, test } from "vitest";
import { type DetectHost, type Detection, detectOrder, type OrderedBuildpack } from "./detect-order.ts";
import type { GroupElement, Order } from "./group.ts";
import { emptyPlan, type Named, type WrittenPlan } from "./written-plan.ts";

/** `a b?` is one group; `|` separates groups. */
const orderOf = (text: string): Order => text.split("|").map((group) => group.trim().split(" ").map(elementOf));

function elementOf(text: string): GroupElement {
  const [, id = "", version = "1", optional] = /^(\w+)(?:@(\w+))?(\?)?$/.exec(text) ?? [];
  return { id, version, optional: optional === "?" };
}

interface World {
  readonly order: string;
  /** Composite buildpacks by id. */
  readonly composites?: Readonly<Record<string, string>>;
  /** Exit codes by id; 0 otherwise. */
  readonly codes?: Readonly<Record<string, number>>;
  readonly foreign?: readonly string[];
  readonly otherExecEnv?: readonly string[];
  /** The order of image extensions; in results they have a `+`. */
  readonly extensions?: string;
  /** What extensions provide and buildpacks require, by id; nothing otherwise. */
  readonly plans?: Readonly<Record<string, string>>;
}

async function detect(world: World): Promise<{ readonly detection: Detection; readonly ran: readonly string[] }> {
  const ran: string[] = [];
  const order = ({ id, extension }: GroupElement) =>
    world.composites?.[id] && !extension ? orderOf(world.composites[id]) : [];
  const host: DetectHost<OrderedBuildpack & { id: string }, Named> = {
    lookup: async (element) => ({ api: "0.10", id: markOf(element), order: order(element) }),
    run: async (element) => {
      const { version } = element;
      const id = markOf(element);
      ran.push(version === "1" ? id : `${id}@${version}`);
      return { code: world.codes?.[id] ?? 0, output: "", plan: planOf(world, id) };
    },
    targetMismatch: ({ id }) => (world.foreign?.includes(id) ? "wrong target" : undefined),
    runsInExecEnv: ({ id }) => !world.otherExecEnv?.includes(id),
  };
  const extensions = world.extensions === undefined ? {} : { extensions: orderOf(world.extensions) };
  return { detection: await detectOrder(orderOf(world.order), host, extensions), ran };
}

const markOf = ({ id, extension }: GroupElement): string => (extension ? `+${id}` : id);

function planOf({ plans }: World, id: string): WrittenPlan {
  const name = plans?.[id];
  if (name === undefined) return emptyPlan;
  return id.startsWith("+") ? { ...emptyPlan, provides: [{ name }] } : { ...emptyPlan, requires: [{ name }] };
}

const groupOf = (detection: Detection): string =>
  detection.outcome === "detected" ? detection.group.map(markOf).join(" ") : detection.errored ? "ERROR" : "FAIL";

describe("the group of an order", () => {
  test.for<[string, World, string]>([
    ["the first that passes", { order: "a b | c", codes: { b: 100 } }, "c"],
    ["optional members may fail", { order: "a? b", codes: { a: 100 } }, "b"],
    ["optional members may have errors", { order: "a? b", codes: { a: 3 } }, "b"],
    ["nobody passes", { order: "a | b", codes: { a: 100, b: 100 } }, "FAIL"],
    ["an error is remembered", { order: "a | b", codes: { a: 2, b: 100 } }, "ERROR"],
    [
      "an error of an optional member counts when a required one fails",
      { order: "a? b", codes: { a: 2, b: 100 } },
      "ERROR",
    ],
    ["only optional members that failed", { order: "a?", codes: { a: 100 } }, "FAIL"],
    ["a composite stands for its order", { order: "k c", composites: { k: "a b" } }, "a b c"],
    [
      "a composite tries its groups with the rest of the outer one",
      { order: "k c", composites: { k: "a | b" }, codes: { a: 100 } },
      "b c",
    ],
    ["a required composite without a group fails", { order: "k c", composites: { k: "a" }, codes: { a: 100 } }, "FAIL"],
    [
      "an optional composite without a group is skipped",
      { order: "k? c", composites: { k: "a" }, codes: { a: 100 } },
      "c",
    ],
    ["of one id the first counts, whatever its version", { order: "a@2 a@3 b" }, "a b"],
    ["a required member for another target fails its group", { order: "a b | c", foreign: ["a"] }, "c"],
    ["an optional member for another target runs all the same", { order: "a? b", foreign: ["a"] }, "a b"],
    [
      "a required member for another target is an error also where it ran before as an optional one",
      { order: "a? b | a b", foreign: ["a"], codes: { b: 100 } },
      "ERROR",
    ],
    ["a member for another execution environment is passed over", { order: "a b", otherExecEnv: ["a"] }, "b"],
    ["extensions stand before each group", { order: "a | b", extensions: "x y", codes: { a: 100 } }, "+x +y b"],
    ["an extension may fail", { order: "a", extensions: "x y", codes: { "+x": 100 } }, "+y a"],
    ["an extension may have an error", { order: "a", extensions: "x", codes: { "+x": 3 } }, "a"],
    ["an extension may have the id of a buildpack", { order: "a", extensions: "a" }, "+a a"],
    ["an extension for another target runs all the same", { order: "a", extensions: "x", foreign: ["+x"] }, "+x a"],
    ["an extension for another execution environment", { order: "a", extensions: "x", otherExecEnv: ["+x"] }, "a"],
    [
      "the first group of extensions wins, also where nobody of it takes part",
      { order: "a", extensions: "x | y", codes: { "+x": 100 } },
      "a",
    ],
    [
      "the next group of extensions is tried for the same buildpacks first",
      { order: "a | b", extensions: "x | y", plans: { "+y": "tool", a: "tool" } },
      "+y a",
    ],
    [
      "an extension that provides what nobody requires leaves",
      { order: "a", extensions: "x y", plans: { "+x": "tool" } },
      "+y a",
    ],
    ["extensions alone are no group", { order: "a?", extensions: "x", codes: { a: 100 } }, "FAIL"],
    [
      "extensions alone are no group, also where the plan took the last buildpack away",
      { order: "a?", extensions: "x", plans: { a: "tool" } },
      "FAIL",
    ],
  ])("%s", async ([, world, expected]) => expect(groupOf((await detect(world)).detection)).toBe(expected));
});

test("each buildpack runs once, however many groups hold it", async () => {
  expect((await detect({ order: "a b | a c | a d", codes: { b: 100, c: 100 } })).ran).toEqual(["a", "b", "c", "d"]);
});

test("a composite that contains itself is refused", async () => {
  await expect(detect({ order: "k", composites: { k: "l", l: "k" } })).rejects.toThrow(
    "composite buildpack k@1 contains itself: k@1 → l@1",
  );
});
