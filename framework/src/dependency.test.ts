import { describe, expect, test } from "vitest";
import { dependency, planOf } from "./dependency.ts";
import { fail, pass } from "./detect.ts";
import { optional, string, type Table, table } from "./spec/schemas/schema.ts";

const node = dependency("node", table({ version: optional(string) }));
const java = dependency("java", table({ version: string }));
const any = dependency("any");

test("a requirement contains the metadata declared for the dependency", () => {
  expect([
    node.require(),
    node.require({ version: "22" }),
    java.require({ version: "21" }),
    any.require({ x: 1 }),
  ]).toEqual([
    { name: "node", metadata: {} },
    { name: "node", metadata: { version: "22" } },
    { name: "java", metadata: { version: "21" } },
    { name: "any", metadata: { x: 1 } },
  ]);
  // @ts-expect-error a version is a string
  node.require({ version: 22 });
  // @ts-expect-error java needs a version
  java.require();
  // @ts-expect-error a misspelt field is a compile error
  node.require({ versoin: "22" });
});

test("pass() returns the alternatives of a build plan in order of preference", () => {
  expect(pass({ provides: [node], requires: [java.require({ version: "21" })] }, {})).toEqual({
    outcome: "pass",
    plan: [
      { provides: ["node"], requires: [{ name: "java", metadata: { version: "21" } }] },
      { provides: [], requires: [] },
    ],
  });
});

test("pass() without arguments returns a build plan with one empty alternative", () => {
  expect(pass()).toEqual({ outcome: "pass", plan: [{ provides: [], requires: [] }] });
});

test("fail() returns the given reason", () => {
  expect(fail("no package.json")).toEqual({ outcome: "fail", reason: "no package.json" });
});

test("the buildpack plan has the typed metadata of a dependency's entries, in order", () => {
  const plan = planOf([
    { name: "node", metadata: { version: "22", launch: true } },
    { name: "java", metadata: { version: "21" } },
    { name: "node", metadata: {} },
  ]);
  const versions: readonly (string | undefined)[] = plan.all(node).map(({ version }) => version);
  expect([versions, plan.first(java), plan.first(any), plan.has(any), plan.has(java)]).toEqual([
    ["22", undefined],
    { version: "21" },
    undefined,
    false,
    true,
  ]);
});

test("a plan entry with invalid metadata is reported as an error of the buildpack that requires it", () => {
  const plan = planOf([{ name: "java", metadata: { version: 21 } }]);
  expect(() => plan.all(java)).toThrow(
    expect.objectContaining({
      code: "BUILDPACK_PLAN_INVALID",
      message: `the metadata of the dependency "java" in the build plan is not valid`,
      cause: "metadata.version: expected a string, got 21",
      hint: `Correct the buildpack that requires "java".`,
    }),
  );
});

describe("requirements of one dependency are merged", () => {
  const source = optional(string);
  const ruby = dependency("ruby", table({ version: string, "version-source": source }));
  const entry = (version: string, versionSource?: unknown, other: Table = {}) => ({
    name: "ruby",
    metadata: { version, ...(versionSource !== undefined && { "version-source": versionSource }), ...other },
  });
  const entries = [
    entry("1", "other"),
    entry("2"),
    entry("3", "app/.ruby-version", { build: true }),
    { name: "java", metadata: { version: "21", launch: true } },
    entry("4", "Gemfile", { launch: "yes" }),
    entry("5", "BP_RUBY_VERSION"),
    entry("6", "Gemfile", { build: false }),
  ];

  test.for<[string, readonly (string | RegExp)[], string]>([
    ["in the order of the group if there are no priorities", [], "123456"],
    [
      "by the priority of their version-source, and requirements with an unlisted or missing version-source come last",
      ["BP_RUBY_VERSION", "Gemfile", /\.ruby-version$/],
      "546312",
    ],
    ["by a priority that is a regular expression with the global flag", [/Gem/g], "461235"],
    ["in the order of the group if a priority is only part of a source's name", ["BP_RUBY"], "123456"],
  ])("%s", ([, priorities, order]) => {
    expect(
      planOf(entries)
        .resolve(ruby, { priorities })
        ?.all.map(({ version }) => version)
        .join(""),
    ).toBe(order);
  });

  test("with the build and launch flags of all and the metadata of the first", () => {
    const { metadata, build, launch } = planOf(entries).resolve(ruby) ?? {};
    expect([metadata, build, launch]).toEqual([{ version: "1", "version-source": "other" }, true, false]);
    expect(planOf(entries).resolve(java)).toMatchObject({ metadata: { version: "21" }, build: false, launch: true });
  });

  test("to nothing if no buildpack requires the dependency", () => {
    expect(planOf(entries).resolve(any)).toBeUndefined();
  });
});
