import { setTimeout as delay } from "node:timers/promises";
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
  readonly atOnce?: number;
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
  const atOnce = world.atOnce === undefined ? {} : { atOnce: world.atOnce };
  return { detection: await detectOrder(orderOf(world.order), host, { ...extensions, ...atOnce }), ran };
}

const markOf = ({ id, extension }: GroupElement): string => (extension ? `+${id}` : id);

function planOf({ plans }: World, id: string): WrittenPlan {
  const name = plans?.[id];
  if (name === undefined) return emptyPlan;
  return id.startsWith("+") ? { ...emptyPlan, provides: [{ name }] } : { ...emptyPlan, requires: [{ name }] };
}

const groupOf = (detection: Detection): string =>
  detection.outcome === "detected" ? detection.group.map(markOf).join(" ") : detection.errored ? "ERROR" : "FAIL";

describe("the group chosen from an order", () => {
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
    ["extensions alone are not a group", { order: "a?", extensions: "x", codes: { a: 100 } }, "FAIL"],
    [
      "extensions alone are not a group, also where the plan took the last buildpack away",
      { order: "a?", extensions: "x", plans: { a: "tool" } },
      "FAIL",
    ],
  ])("%s", async ([, world, expected]) => expect(groupOf((await detect(world)).detection)).toBe(expected));
});

test("each buildpack runs once, even in several groups", async () => {
  expect((await detect({ order: "a b | a c | a d", codes: { b: 100, c: 100 } })).ran).toEqual(["b", "a", "c", "d"]);
});

describe("detection runs", () => {
  const families = { java: "jdk maven? jar", node: "npm? start", python: "pip? main" };
  const order = "certs? java label? | certs? python label? | certs? node label?";
  const failing = { jar: 100, main: 100 };
  test.for<[string, World, string]>([
    [
      "members that decide, those of all groups beside them, and the rest of the group that is found",
      { order, composites: families, codes: failing, atOnce: 2 },
      "jar certs main label start npm",
    ],
    ["all members of a group that is found", { order, composites: families, atOnce: 2 }, "jar certs label jdk maven"],
    [
      "one by one, what decides first",
      { order, composites: families, codes: failing, atOnce: 1 },
      "jar main start certs label npm",
    ],
    [
      "what failed before is not asked again, nor those beside it",
      { order: "a b | c a b | d", codes: { b: 100 }, atOnce: 1 },
      "b d",
    ],
    ["all of the group where all may run at once", { order: "a b? c | d", codes: { c: 100 } }, "c a b d"],
    [
      "everything where no group is found",
      { order: "a b? c | d e", codes: { c: 100, e: 100 }, atOnce: 1 },
      "c e a b d",
    ],
    ["one for another target never", { order: "a b | c", foreign: ["a"], atOnce: 1 }, "b c"],
  ])("%s", async ([, world, expected]) => expect((await detect(world)).ran.join(" ")).toBe(expected));

  test("no further buildpack after the group is found", async () => {
    const ended: string[] = [];
    const run = async ({ id }: GroupElement) => {
      await delay(id === "slow" ? 20 : 0);
      ended.push(id);
      return { code: id === "b" ? 100 : 0, output: "", plan: emptyPlan };
    };
    const host = { lookup: async () => ({ api: "0.10", order: [] }), targetMismatch: () => undefined };
    await detectOrder(orderOf("slow? b | c"), { ...host, run, runsInExecEnv: () => true });
    expect(ended).toEqual(["b", "c", "slow"]);
  });

  test("and passes an error of a run to the caller", async () => {
    const host = { lookup: async () => ({ api: "0.10", order: [] }), targetMismatch: () => undefined };
    const run = async () => Promise.reject(new Error("no sandbox"));
    await expect(detectOrder(orderOf("a b? | c"), { ...host, run, runsInExecEnv: () => true })).rejects.toThrow(
      "no sandbox",
    );
  });

  test("and lists all members of all groups if none passes", async () => {
    const { detection } = await detect({ order: "a b? c | d e", codes: { b: 2, c: 100, e: 100 }, atOnce: 1 });
    const reported = detection.outcome === "undetected" ? detection.failures : [];
    expect(reported.map(({ members }) => members.map(({ element, run }) => `${element.id} ${run.code}`))).toEqual([
      ["a 0", "b 2", "c 100"],
      ["d 0", "e 100"],
    ]);
    expect(groupOf(detection)).toBe("ERROR");
  });
});

test("a composite that contains itself is refused", async () => {
  await expect(detect({ order: "k", composites: { k: "l", l: "k" } })).rejects.toThrow(
    "composite buildpack k@1 contains itself: k@1 → l@1",
  );
});
