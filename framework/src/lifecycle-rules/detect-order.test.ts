import { describe, expect, test } from "vitest";
import { type DetectHost, type Detection, type DetectRun, detectOrder, type OrderedBuildpack } from "./detect-order.ts";
import type { GroupElement, Order } from "./group.ts";
import { emptyPlan, type NamedEntry, type WrittenPlan } from "./written-plan.ts";

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
  /** The dependencies that extensions provide and buildpacks require, by id. Default: none. */
  readonly plans?: Readonly<Record<string, string>>;
  readonly atOnce?: number;
}

async function detect(world: World): Promise<{ readonly detection: Detection; readonly ran: readonly string[] }> {
  const ran: string[] = [];
  const order = ({ id, extension }: GroupElement) =>
    world.composites?.[id] && !extension ? orderOf(world.composites[id]) : [];
  const host: DetectHost<OrderedBuildpack & { id: string }, NamedEntry> = {
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

function groupOf(detection: Detection): string {
  if (detection.outcome === "detected") return detection.group.map(markOf).join(" ");
  return detection.errored ? "ERROR" : "FAIL";
}

describe("the group chosen from an order", () => {
  test.for<[string, World, string]>([
    ["is the first group that passes", { order: "a b | c", codes: { b: 100 } }, "c"],
    ["leaves out optional members that fail", { order: "a? b", codes: { a: 100 } }, "b"],
    ["leaves out optional members that end with an error", { order: "a? b", codes: { a: 3 } }, "b"],
    ["does not exist if no group passes", { order: "a | b", codes: { a: 100, b: 100 } }, "FAIL"],
    ["does not exist if an earlier group had an error", { order: "a | b", codes: { a: 2, b: 100 } }, "ERROR"],
    [
      "does not exist if an optional member ends with an error and a required member fails",
      { order: "a? b", codes: { a: 2, b: 100 } },
      "ERROR",
    ],
    ["does not exist if it has only failed optional members", { order: "a?", codes: { a: 100 } }, "FAIL"],
    ["contains the members of a composite buildpack", { order: "k c", composites: { k: "a b" } }, "a b c"],
    [
      "combines each group of a composite buildpack with the members after the composite buildpack",
      { order: "k c", composites: { k: "a | b" }, codes: { a: 100 } },
      "b c",
    ],
    [
      "does not exist if no group of a required composite buildpack passes",
      { order: "k c", composites: { k: "a" }, codes: { a: 100 } },
      "FAIL",
    ],
    [
      "leaves out an optional composite buildpack of which no group passes",
      { order: "k? c", composites: { k: "a" }, codes: { a: 100 } },
      "c",
    ],
    ["contains only the first of two members that have the same ID", { order: "a@2 a@3 b" }, "a b"],
    ["never contains a required member that is for another target", { order: "a b | c", foreign: ["a"] }, "c"],
    ["may contain an optional member that is for another target", { order: "a? b", foreign: ["a"] }, "a b"],
    [
      "does not exist if a required member is for another target and was optional in an earlier group",
      { order: "a? b | a b", foreign: ["a"], codes: { b: 100 } },
      "ERROR",
    ],
    ["leaves out a member that is for another execution environment", { order: "a b", otherExecEnv: ["a"] }, "b"],
    [
      "contains all extensions before the buildpacks",
      { order: "a | b", extensions: "x y", codes: { a: 100 } },
      "+x +y b",
    ],
    ["leaves out an extension that fails", { order: "a", extensions: "x y", codes: { "+x": 100 } }, "+y a"],
    ["leaves out an extension that ends with an error", { order: "a", extensions: "x", codes: { "+x": 3 } }, "a"],
    ["may contain an extension and a buildpack that have the same ID", { order: "a", extensions: "a" }, "+a a"],
    ["may contain an extension that is for another target", { order: "a", extensions: "x", foreign: ["+x"] }, "+x a"],
    [
      "leaves out an extension that is for another execution environment",
      { order: "a", extensions: "x", otherExecEnv: ["+x"] },
      "a",
    ],
    [
      "uses the first group of extensions even if all of these extensions fail",
      { order: "a", extensions: "x | y", codes: { "+x": 100 } },
      "a",
    ],
    [
      "may contain the second group of extensions before the lifecycle tries the next group of buildpacks",
      { order: "a | b", extensions: "x | y", plans: { "+y": "tool", a: "tool" } },
      "+y a",
    ],
    [
      "leaves out an extension that provides a dependency that no buildpack requires",
      { order: "a", extensions: "x y", plans: { "+x": "tool" } },
      "+y a",
    ],
    ["does not exist if only extensions pass", { order: "a?", extensions: "x", codes: { a: 100 } }, "FAIL"],
    [
      "does not exist if the build plan drops the last buildpack",
      { order: "a?", extensions: "x", plans: { a: "tool" } },
      "FAIL",
    ],
  ])("%s, as in the lifecycle", async ([, world, expected]) =>
    expect(groupOf((await detect(world)).detection)).toBe(expected),
  );
});

test("the detect of each buildpack runs once, even if it is in several groups", async () => {
  expect((await detect({ order: "a b | a c | a d", codes: { b: 100, c: 100 } })).ran).toEqual(["b", "a", "c", "d"]);
});

/** Runs of bin/detect that a test ends by hand. */
function heldRuns(...ids: readonly string[]) {
  const runs = new Map(
    ids.map((id) => [id, { begin: Promise.withResolvers<void>(), end: Promise.withResolvers<DetectRun>() }]),
  );
  const runOf = (id: string) => {
    const run = runs.get(id);
    if (run === undefined) throw new Error(`${id} must not run`);
    return run;
  };
  const ended: string[] = [];
  const host: DetectHost<OrderedBuildpack, NamedEntry> = {
    lookup: async () => ({ api: "0.10", order: [] }),
    targetMismatch: () => undefined,
    runsInExecEnv: () => true,
    async run({ id }) {
      const { begin, end } = runOf(id);
      begin.resolve();
      const run = await end.promise;
      ended.push(id);
      return run;
    },
  };
  return {
    ended,
    host,
    begun: (id: string) => runOf(id).begin.promise,
    end: (id: string, code: number) => runOf(id).end.resolve({ code, output: "", plan: emptyPlan }),
  };
}

/** Node.js calls back when all promises wait for something that the test does. */
const nothingGoesOn = () => new Promise<void>((done) => setImmediate(done));

describe("the detect phase runs", () => {
  const families = { java: "jdk maven? jar", node: "npm? start", python: "pip? main" };
  const order = "certs? java label? | certs? python label? | certs? node label?";
  const failing = { jar: 100, main: 100 };
  test.for<[string, World, string]>([
    [
      "required members before optional members, and then the remaining members of the chosen group",
      { order, composites: families, codes: failing, atOnce: 2 },
      "jar certs main label start npm",
    ],
    ["all members of the chosen group", { order, composites: families, atOnce: 2 }, "jar certs label jdk maven"],
    [
      "required members before optional members if only one member runs at a time",
      { order, composites: families, codes: failing, atOnce: 1 },
      "jar main start certs label npm",
    ],
    [
      "no members of a group that contains a member which has already failed",
      { order: "a b | c a b | d", codes: { b: 100 }, atOnce: 1 },
      "b d",
    ],
    [
      "all members of a group at once if the limit of parallel members permits",
      { order: "a b? c | d", codes: { c: 100 } },
      "c a b d",
    ],
    ["all members if no group passes", { order: "a b? c | d e", codes: { c: 100, e: 100 }, atOnce: 1 }, "c e a b d"],
    ["no required member for another target", { order: "a b | c", foreign: ["a"], atOnce: 1 }, "b c"],
  ])("%s", async ([, world, expected]) => expect((await detect(world)).ran.join(" ")).toBe(expected));

  test("the next group while an optional member of a failed group still runs, and waits for that member at the end", async () => {
    const { ended, begun, end, host } = heldRuns("slow", "b", "c");
    const detection = detectOrder(orderOf("slow? b | c"), host).then(() => ended.push("the detection"));
    await begun("b");
    end("b", 100);
    await begun("c");
    end("c", 0);
    await nothingGoesOn();
    end("slow", 0);
    await detection;
    expect(ended).toEqual(["b", "c", "slow", "the detection"]);
  });

  test("until a buildpack cannot be started, and fails with the error of that start", async () => {
    const host = { lookup: async () => ({ api: "0.10", order: [] }), targetMismatch: () => undefined };
    const run = async () => Promise.reject(new Error("no sandbox"));
    await expect(detectOrder(orderOf("a b? | c"), { ...host, run, runsInExecEnv: () => true })).rejects.toThrow(
      "no sandbox",
    );
  });

  test("and reports the members of all groups if no group passes", async () => {
    const { detection } = await detect({ order: "a b? c | d e", codes: { b: 2, c: 100, e: 100 }, atOnce: 1 });
    const reported = detection.outcome === "undetected" ? detection.failures : [];
    expect(reported.map(({ members }) => members.map(({ element, run }) => `${element.id} ${run.code}`))).toEqual([
      ["a 0", "b 2", "c 100"],
      ["d 0", "e 100"],
    ]);
    expect(groupOf(detection)).toBe("ERROR");
  });
});

test("a composite buildpack that contains itself is refused", async () => {
  await expect(detect({ order: "k", composites: { k: "l", l: "k" } })).rejects.toThrow(
    "composite buildpack k@1 contains itself: k@1 → l@1",
  );
});
