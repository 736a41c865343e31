// @needs processes
import { describe, expect, test } from "vitest";
import { type Buildpack, defineBuildpack } from "../../buildpack.ts";
import { dependency } from "../../dependency.ts";
import { type DetectPlan, fail, pass } from "../../detect.ts";
import { defaultTo, override, prepend } from "../../env/modification.ts";
import { writeFileMap } from "../../host/files/tree.ts";
import { cachedLayer, launchLayer } from "../../layer/definition.ts";
import { string, table } from "../../spec/schemas/schema.ts";
import { detectGroup, type GroupDetection, type GroupFixture, group } from "../index.ts";

/** `p x` provides, `r x` requires; alternatives are separated by `|`. */
function planned(body: string): Buildpack {
  const alternatives = body.split("|").map((text): DetectPlan => {
    const words = text.split(",").map((word) => word.trim().split(" "));
    const named = (kind: string) => words.filter(([first]) => first === kind).map(([, name = ""]) => dependency(name));
    return { provides: named("p"), requires: named("r").map((each) => each.require({})) };
  });
  return defineBuildpack({ detect: () => pass(...alternatives), build() {} });
}

/** `a?{p x}; b{r x}`: one group of buildpacks that pass with such plans. */
function oneGroup(text: string): GroupFixture {
  const members = text.split(";").map((part) => {
    const [, id = "", optional = "", body = ""] = /^\s*(\w+)(\??)\{(.*)\}\s*$/.exec(part) ?? [];
    return { id, optional, body };
  });
  return {
    order: [members.map(({ id, optional }) => id + optional)],
    buildpacks: Object.fromEntries(members.map(({ id, body }) => [id, planned(body)])),
  };
}

function shown(detection: GroupDetection): string {
  if (detection.outcome === "fail") return detection.errored ? "ERROR" : "FAIL";
  const entries = detection.plan.map(
    ({ providers, requires }) => `${requires.map(({ name }) => name).join("+")}←${providers.join(",")}`,
  );
  return [detection.group.map(({ id }) => id).join(" "), ...entries].join(" | ");
}

describe("when detectGroup() resolves build plans,", () => {
  test.for<[string, string, string]>([
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
  ])("%s", async ([, text, expected]) => expect(shown(await detectGroup(oneGroup(text)))).toBe(expected));
});

const passes = planned("");
const fails = defineBuildpack({ detect: () => fail("not for this app"), build() {} });
const breaks = defineBuildpack({
  detect() {
    throw new Error("broken");
  },
  build() {},
});

describe("the group chosen from an order", () => {
  test.for<[string, GroupFixture, string]>([
    [
      "is the first group that passes detect",
      { order: [["no", "yes"], ["yes"]], buildpacks: { no: fails, yes: passes } },
      "yes",
    ],
    ["lacks optional members that fail", { order: [["no?", "yes"]], buildpacks: { no: fails, yes: passes } }, "yes"],
    [
      "lacks optional members with errors",
      { order: [["bad?", "yes"]], buildpacks: { bad: breaks, yes: passes } },
      "yes",
    ],
    ["does not exist if no group passes", { order: [["no"]], buildpacks: { no: fails } }, "FAIL"],
    [
      "does not exist, and an error is reported, if a required member has an error",
      { order: [["bad"]], buildpacks: { bad: breaks } },
      "ERROR",
    ],
    ["has each buildpack ID once", { order: [["a", "b", "a?"]], buildpacks: { a: passes, b: passes } }, "a b"],
    [
      "has the members of composite buildpacks",
      { order: [["k", "c"]], buildpacks: { k: { order: [["no"], ["b"]] }, no: fails, b: passes, c: passes } },
      "b c",
    ],
    [
      "lacks optional composite buildpacks that fail",
      { order: [["k?", "c"]], buildpacks: { k: { order: [["no"]] }, no: fails, c: passes } },
      "c",
    ],
    [
      "combines each group of a composite buildpack with the following members",
      {
        order: [["k", "c"]],
        buildpacks: { k: { order: [["a"], ["b"]] }, a: planned(""), b: planned("p x"), c: planned("r x") },
      },
      "b c | x←b",
    ],
    [
      "does not exist if a required member is for another target",
      { order: [["a"]], buildpacks: { a: { buildpack: passes, descriptor: { targets: [{ os: "windows" }] } } } },
      "ERROR",
    ],
    [
      "does not exist if its only optional member is for another target",
      { order: [["a?"]], buildpacks: { a: { buildpack: passes, descriptor: { targets: [{ os: "windows" }] } } } },
      "FAIL",
    ],
    [
      "lacks members for another execution environment",
      {
        order: [["a", "b"]],
        execEnv: "production",
        buildpacks: { a: { buildpack: fails, descriptor: { api: "0.12", execEnv: ["test"] } }, b: passes },
      },
      "b",
    ],
    [
      "has members for the execution environment of the build",
      {
        order: [["a", "b"]],
        execEnv: "test",
        buildpacks: { a: { buildpack: passes, descriptor: { api: "0.12", execEnv: ["test"] } }, b: passes },
      },
      "a b",
    ],
  ])("%s", async ([, given, expected]) => expect(shown(await detectGroup(given))).toBe(expected));

  test("is found by running each detect only once", async () => {
    const runs: string[] = [];
    const counted = (id: string, result = pass()) =>
      defineBuildpack({
        detect() {
          runs.push(id);
          return result;
        },
        build() {},
      });
    const buildpacks = { a: counted("a"), b: counted("b", fail("no")), c: counted("c") };
    await detectGroup({
      order: [
        ["a", "b"],
        ["a", "c"],
      ],
      buildpacks,
    });
    expect(runs.sort()).toEqual(["a", "b", "c"]);
  });

  test("does not exist if all groups fail, and the result has the reasons of all failed members", async () => {
    const given = {
      order: [["no"], ["a", "bad"], ["needs"]],
      buildpacks: { no: fails, a: passes, bad: breaks, needs: planned("r x|p y") },
    };
    expect(await detectGroup(given)).toMatchObject({
      outcome: "fail",
      errored: true,
      reasons: [
        "group 1: no failed: not for this app",
        "group 2: bad ended with an error: broken",
        "group 3: needs@1.0.0 requires x, which nothing before it provides",
        "group 3: needs@1.0.0 provides y, which nothing after it requires",
      ],
    });
    await expect(group(given)).rejects.toMatchObject({
      code: "TEST_UNBUILDABLE",
      message: "no group of buildpacks passed detection",
    });
  });

  test.for<[string, GroupFixture, object]>([
    [
      "names an unknown buildpack",
      { order: [["a", "x"]], buildpacks: { a: passes } },
      {
        code: "TEST_INPUT_MISSING",
        message: "the order names the buildpack x, which the test does not define",
        cause: "it defines a",
      },
    ],
    [
      "names another version of a buildpack",
      { order: [[{ id: "a", version: "2.0.0" }]], buildpacks: { a: passes } },
      { code: "TEST_UNBUILDABLE", message: "the order names a@2.0.0, but the test defines a@1.0.0" },
    ],
    [
      "has a composite buildpack that contains itself",
      { order: [["k"]], buildpacks: { k: { order: [["l"]] }, l: { order: [["k"]] } } },
      { code: "TEST_UNBUILDABLE", message: expect.stringContaining("contains itself: k@1.0.0 → l@1.0.0") },
    ],
  ])("causes an error if the order %s", async ([, given, error]) => {
    await expect(detectGroup(given)).rejects.toMatchObject(error);
  });
});

const node = dependency("node", table({ version: string }));
const runtime = cachedLayer("runtime", { build: true, launch: true, metadata: table({ version: string }) });
const modules = launchLayer("modules", { metadata: table({ lock: string }) });

const engine = defineBuildpack({
  detect: () => pass({ provides: [node] }),
  async build({ layers, plan, log }) {
    const version = plan.first(node)?.version ?? "";
    const { state } = await layers.provide(runtime, {
      metadata: { version },
      create: ({ path }) => writeFileMap(path, { "bin/node": "#!/bin/sh\necho node-of-the-layer\n" }),
      env: ({ path }) => ({ shared: { NODE_HOME: override(path) }, launch: { NODE_ENV: defaultTo("production") } }),
    });
    log.step(`Node.js ${version} ${state}`);
    return {
      processes: { web: { command: ["node"], default: true }, repl: { command: ["node"] } },
      labels: { a: "1" },
    };
  },
});

const installer = defineBuildpack({
  detect: () => pass({ requires: [node.require({ version: "22" })] }),
  async build({ layers, run, env, log }) {
    const { state } = await layers.provide(modules, {
      metadata: { lock: "1" },
      create: ({ path }) => writeFileMap(path, { "a.js": "1", "lib/": "" }),
      env: ({ path }) => ({ launch: { NODE_PATH: prepend(path) }, process: { web: { WEB: override("1") } } }),
    });
    log.step(`Modules ${state} with ${env.NODE_HOME}`);
    await run("node");
    return { processes: { web: { command: ["npm", "start"] } }, labels: { a: "2", b: "3" }, slices: [["public/*"]] };
  },
});

const order = [["acme/engine", "acme/installer"]];
const buildpacks = { "acme/engine": engine, "acme/installer": installer };

describe("building a group", () => {
  test("passes the results of earlier buildpacks to later buildpacks", async () => {
    const outcome = await group({ order, buildpacks });
    expect(outcome).toMatchObject({
      group: [
        { id: "acme/engine", version: "1.0.0" },
        { id: "acme/installer", version: "1.0.0" },
      ],
      plan: [{ providers: ["acme/engine"], requires: [{ name: "node", metadata: { version: "22" } }] }],
      log: ["Node.js 22 created", "Modules created with <layers>/acme_engine/runtime", "$ node", "node-of-the-layer"],
      processes: {
        repl: { command: ["node"], buildpack: "acme/engine" },
        web: { command: ["npm", "start"], buildpack: "acme/installer" },
      },
      defaultProcess: undefined, // the later web is not a default
      labels: { a: "2", b: "3" },
      slices: [["public/*"]],
    });
    expect(Object.keys(outcome.builds)).toEqual(["acme/engine", "acme/installer"]);
  });

  test("composes the environment of each process", async () => {
    const outcome = await group({
      order,
      buildpacks,
      container: { PATH: "/cnb/process:/bin", CNB_APP_DIR: "/workspace" },
    });
    const common = {
      PATH: "<layers>/acme_engine/runtime/bin:/bin",
      LD_LIBRARY_PATH: "<layers>/acme_installer/modules/lib",
      NODE_HOME: "<layers>/acme_engine/runtime",
      NODE_ENV: "production",
      NODE_PATH: "<layers>/acme_installer/modules",
    };
    expect([outcome.launchEnv("web"), outcome.launchEnv("repl"), outcome.launchEnv()]).toEqual([
      { ...common, WEB: "1" },
      common,
      common,
    ]);
  });

  test("can be repeated with the layers that the lifecycle restores", async () => {
    const first = await group({ order, buildpacks });
    const second = await first.rebuild();
    const third = await second.rebuild({ cache: "lost" });
    const fourth = await third.rebuild({ image: "lost" });
    expect(
      [second, third, fourth].map(({ log }) => log.filter((line) => !line.startsWith("Layer ")).slice(0, 2)),
    ).toEqual([
      ["Node.js 22 restored", "Modules reused with <layers>/acme_engine/runtime"],
      ["Node.js 22 created", "Modules reused with <layers>/acme_engine/runtime"],
      ["Node.js 22 restored", "Modules created with <layers>/acme_engine/runtime"],
    ]);
    expect([second.launchEnv("web"), third.launchEnv("web")]).toEqual([first.launchEnv("web"), first.launchEnv("web")]);
    expect(Object.keys(second.builds["acme/installer"]?.layers ?? {})).not.toContain("modules/a.js");
  });

  test("hides plan entries that an earlier provider met, and shows unmet entries", async () => {
    const asked: string[] = [];
    const provider = (id: string, unmet: readonly string[]) =>
      defineBuildpack({
        detect: () => pass({ provides: [dependency("x"), dependency("y")] }),
        build({ plan }) {
          const names = ["x", "y"].filter((name) => plan.has(dependency(name)));
          asked.push(`${id}: ${names.join(" ")}`);
          return { unmet: unmet.map((name) => dependency(name)) };
        },
      });
    const asks = planned("r x,r y");
    await group({ order: [["a", "b", "c"]], buildpacks: { a: provider("a", ["y"]), b: provider("b", []), c: asks } });
    expect(asked).toEqual(["a: x y", "b: y"]);
  });
});
