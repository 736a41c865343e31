import * as fs from "node:fs";
import * as libcnb from "libcnb";
import { formatBuildPlan } from "libcnb/spec";
import { group } from "libcnb/testing";
import { afterAll, beforeAll } from "vitest";
import { expectEach } from "../support/conformance/case-table.ts";
import type { Written } from "../support/conformance/framework-executable.ts";
import { row } from "../support/conformance/rows.ts";
import type { Files } from "../support/lifecycle/lifecycle-binaries.ts";
import { type LifecycleRunner, lifecycleRunner, type RunMember } from "../support/lifecycle/lifecycle-run.ts";
import { builds } from "../support/passing-member.ts";

let lifecycle: LifecycleRunner;

beforeAll(async () => {
  lifecycle = await lifecycleRunner();
});
afterAll(() => lifecycle?.remove());

/** Leaves unmet what `metadata` of buildpack.toml says, and tells its plan. */
const planned: Written = ({ defineBuildpack, dependency, pass }, report) =>
  defineBuildpack({
    detect: ({ buildpack }) => pass(...JSON.parse(String(buildpack.metadata.plans))),
    build({ buildpack, plan }) {
      const names = [...new Set(plan.entries.map(({ name }) => name))];
      report(Object.fromEntries(names.map((name) => [name, plan.all(dependency(name)).map(({ n }) => n)])));
      const unmet: readonly string[] = JSON.parse(String(buildpack.metadata.unmet));
      return { unmet: unmet.map((name) => dependency(name)) };
    },
  });

/** Names that a buildpack provides; what it requires, with the metadata's `n`; what it leaves unmet. */
interface Planned {
  readonly p?: readonly string[];
  readonly r?: readonly (readonly [name: string, n: number])[];
  readonly unmet?: readonly string[];
}
type Group = Readonly<Record<string, Planned>>;
/** The plan of each buildpack that provides something, by name, because the order of the names is random. */
type Plans = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

const plansOf = ({ p = [], r = [] }: Planned): readonly libcnb.DetectPlan[] => [
  { provides: p.map((name) => libcnb.dependency(name)), requires: r.map(([name, n]) => ({ name, metadata: { n } })) },
];

function planToml(given: Planned): string {
  const result = libcnb.pass(...plansOf(given));
  return result.outcome === "pass" ? formatBuildPlan(result.plan) : "";
}

/** One that provides nothing has no plan to read. */
function member(given: Planned): RunMember {
  const { files, ...framework } = builds(planned, planToml(given));
  const toml = `[metadata]\nunmet = ${JSON.stringify(JSON.stringify(given.unmet ?? []))}\n`;
  return given.p === undefined
    ? { files: { "bin/build": "#!/bin/sh\n", ...files } }
    : { ...framework, files: files ?? {}, toml };
}

async function builtByLifecycle(group: Group) {
  const buildpacks = Object.entries(group).map(([id, given]) => [id, member(given)]);
  const { exitCode, reported } = await lifecycle.build({ buildpacks: Object.fromEntries(buildpacks) });
  return { exitCode, plans: Object.fromEntries(Object.entries(reported).map(([id, plans]) => [id, plans[0]])) };
}

async function builtByTestKit(given: Group) {
  const plans: Record<string, unknown> = {};
  const buildpacks = Object.entries(given).map(([id, each]) => {
    const report = (value: unknown) => {
      if (each.p !== undefined) plans[id] = value;
    };
    const metadata = { plans: JSON.stringify(plansOf(each)), unmet: JSON.stringify(each.unmet ?? []) };
    return [id, { buildpack: planned(libcnb, report, fs) as libcnb.Buildpack, descriptor: { metadata } }];
  });
  const built = group({ order: [Object.keys(given)], buildpacks: Object.fromEntries(buildpacks) });
  const exitCode = await built.then(
    () => 0,
    () => 51,
  );
  return { exitCode, plans };
}

async function expectPlans(table: Readonly<Record<string, readonly [Group, number, Plans]>>): Promise<void> {
  const cases = Object.fromEntries(
    Object.entries(table).map(([name, [group, exitCode, plans]]) => [name, [group, { exitCode, plans }] as const]),
  );
  await expectEach(cases, builtByLifecycle);
  await expectEach(cases, builtByTestKit);
}

row(
  23,
  "The buildpack plan has an entry for each requirement that this buildpack provides and that no earlier buildpack has met, in the order of the group",
  ["lifecycle", "test kit"],
  async () => {
    await expectPlans({
      "the plan is empty if no buildpack requires the dependency": [{ a: { p: [] } }, 0, { a: {} }],
      "the plan has the requirements of the buildpack itself and of a later buildpack": [
        { a: { p: ["x"], r: [["x", 1]] }, b: { r: [["x", 2]] } },
        0,
        { a: { x: [1, 2] } },
      ],
      "the plan has each of several requirements of one buildpack": [
        {
          a: { p: ["x"] },
          b: {
            r: [
              ["x", 2],
              ["x", 1],
            ],
          },
        },
        0,
        { a: { x: [2, 1] } },
      ],
      "the plan is empty if an earlier buildpack has met all requirements": [
        { a: { p: ["x"] }, b: { r: [["x", 1]] }, c: { p: ["x"] }, d: { r: [["x", 2]] } },
        0,
        { a: { x: [1, 2] }, c: {} },
      ],
      "the plan does not have a requirement of another buildpack's dependency": [
        {
          a: { p: ["x"] },
          b: { p: ["y"] },
          c: {
            r: [
              ["x", 1],
              ["y", 2],
            ],
          },
        },
        0,
        { a: { x: [1] }, b: { y: [2] } },
      ],
    });
  },
);

row(
  24,
  "`unmet` leaves all requirements of a name to a later provider; all other requirements count as met; a name outside this buildpack's plan fails the build",
  ["lifecycle", "test kit"],
  async () => {
    const provides = { p: ["x", "y"] };
    const asks: Planned = {
      r: [
        ["x", 1],
        ["y", 2],
        ["x", 3],
      ],
    };
    await expectPlans({
      "a later provider gets only the requirements of the name that is unmet": [
        {
          a: { ...provides, unmet: ["x"] },
          b: asks,
          c: provides,
          d: {
            r: [
              ["x", 4],
              ["y", 5],
            ],
          },
        },
        0,
        {
          a: { x: [1, 3, 4], y: [2, 5] },
          c: { x: [1, 3, 4] },
        },
      ],
      "a name can be listed twice in `unmet`": [
        { a: { p: ["x"], unmet: ["x", "x"] }, b: { r: [["x", 1]] }, c: { p: ["x"] }, d: { r: [["x", 2]] } },
        0,
        { a: { x: [1, 2] }, c: { x: [1, 2] } },
      ],
      "the build succeeds if all buildpacks leave a name unmet": [
        { a: { p: ["x"], unmet: ["x"] }, b: { r: [["x", 1]] } },
        0,
        { a: { x: [1] } },
      ],
      "the build fails if a buildpack with the framework lists a name that is not in its plan": [
        { a: { p: ["x"], unmet: ["y"] }, b: { r: [["x", 1]] } },
        51,
        { a: { x: [1] } },
      ],
    });
    await expectEach<string, number>(
      {
        "build.toml can list a name in the plan": [`name = "x"`, 0],
        "the build fails if build.toml lists a name that is not in the plan": [`name = "z"`, 52],
        "the build fails if build.toml lists an empty name": [`name = ""`, 52],
      },
      async (unmet) => {
        const plan = `printf '[[provides]]\\nname = "x"\\n[[requires]]\\nname = "x"\\n' > "$CNB_BUILD_PLAN_PATH"`;
        const build = `printf '[[unmet]]\\n${unmet}\\n' > "$CNB_LAYERS_DIR/build.toml"`;
        const files: Files = { "bin/detect": `#!/bin/sh\n${plan}\n`, "bin/build": `#!/bin/sh\n${build}\n` };
        return (await lifecycle.build({ buildpacks: { a: { files } } })).exitCode;
      },
    );
  },
);
