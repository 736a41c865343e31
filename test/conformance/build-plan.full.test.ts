import { type DetectPlan, defineBuildpack, dependency, type Extension, pass } from "libcnb";
import { formatBuildPlan } from "libcnb/spec";
import { detect, detectGroup, type GroupDetection } from "libcnb/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { type CaseTable, expectEach } from "../support/conformance/case-table.ts";
import type { Written } from "../support/conformance/framework-executable.ts";
import { row } from "../support/conformance/rows.ts";
import {
  type LifecycleRunner,
  lifecycleRunner,
  type PlanEntry,
  type RunMember,
} from "../support/lifecycle/lifecycle-run.ts";

let lifecycle: LifecycleRunner;

beforeAll(async () => {
  lifecycle = await lifecycleRunner();
});
afterAll(() => lifecycle?.remove());

/** The plans of buildpacks by id: alternatives in order of preference. A `?` marks an optional buildpack. */
type Group = Readonly<Record<string, readonly DetectPlan[]>>;

/** The result of a group. */
interface Resolution {
  readonly exitCode: number;
  readonly group?: readonly string[] | undefined;
  readonly plan?: Readonly<Record<string, PlanEntry>> | undefined;
}

const idOf = (member: string) => member.replace("?", "");

/** Answers what buildpack.toml says under `metadata`. */
const plansOfDescriptor: Written = ({ defineBuildpack, pass }) =>
  defineBuildpack({ detect: ({ buildpack }) => pass(...JSON.parse(String(buildpack.metadata.plans))), build() {} });

const inProcess = (plans: readonly DetectPlan[]): RunMember => ({
  written: plansOfDescriptor,
  toml: `[metadata]\nplans = ${JSON.stringify(JSON.stringify(plans))}\n`,
});

const rawPlan = (text: string): RunMember => ({
  files: { "bin/detect": `#!/bin/sh\ncat "\${0%/*}/plan.toml" > "$CNB_BUILD_PLAN_PATH"\n`, "bin/plan.toml": text },
});

/** The file that the framework writes, without a process of its own. */
function asFile(plans: readonly DetectPlan[]): RunMember {
  const result = pass(...plans);
  return rawPlan(result.outcome === "pass" ? formatBuildPlan(result.plan) : "");
}

async function byLifecycle(group: Group, member = asFile): Promise<Resolution> {
  const members = Object.entries(group).map(([id, plans]) => [
    idOf(id),
    { ...member(plans), optional: id.endsWith("?") },
  ]);
  return resolution(await lifecycle.detect({ buildpacks: Object.fromEntries(members) }));
}

const resolution = ({ exitCode, group, plan }: Resolution): Resolution =>
  exitCode === 0 ? { exitCode, group, plan } : { exitCode };

async function byTestKit(group: Group): Promise<Resolution> {
  const buildpacks = Object.entries(group).map(([id, plans]) => [
    idOf(id),
    defineBuildpack({ detect: () => pass(...plans), build() {} }),
  ]);
  return resolutionOf(await detectGroup({ order: [Object.keys(group)], buildpacks: Object.fromEntries(buildpacks) }));
}

function resolutionOf(detection: GroupDetection): Resolution {
  if (detection.outcome === "fail") return { exitCode: detection.errored ? 21 : 20 };
  const entries = detection.plan.map(({ providers, requires }) => [
    requires[0]?.name,
    { providers, requires: requires.map(({ metadata }) => metadata) },
  ]);
  return { exitCode: 0, group: detection.group.map(({ id }) => id), plan: Object.fromEntries(entries) };
}

/** Both have to come to the same. */
async function expectResolutions(table: CaseTable<Group, Resolution>, member = asFile): Promise<void> {
  await expectEach(table, (group) => byLifecycle(group, member));
  await expectEach(table, byTestKit);
}

const [x, y, z] = [dependency("x"), dependency("y"), dependency("z")];
const provides = (...names: readonly string[]) => ({ provides: names.map((name) => dependency(name)) });
const requires = (...names: readonly string[]) => ({ requires: names.map((name) => dependency(name).require()) });

/** A group that passes, each dependency with its providers; `requests` requirements without metadata each. */
const passing = (
  group: readonly string[],
  met: Readonly<Record<string, readonly string[]>>,
  requests = 1,
): Resolution => ({
  exitCode: 0,
  group,
  plan: Object.fromEntries(
    Object.entries(met).map(([name, providers]) => [name, { providers, requires: Array(requests).fill({}) }]),
  ),
});
const failing: Resolution = { exitCode: 20 };

row(
  11,
  "A build plan lists what the buildpack provides and requires; a requirement passes metadata of any form to the provider",
  ["lifecycle", "test kit"],
  async () => {
    const metadata = {
      text: `a "quoted" \\ text\nin 'two' lines, é ☃ 🎈`,
      whole: 9007199254740991,
      part: -0.25,
      flag: false,
      list: ["a", "b"],
      tables: [{ a: 1 }, { b: [[1], [2]] }],
      "a key": { "and.another": { "": "deep" } },
    };
    const name = `n"a'm\\e\n with.dots é`;
    const named = (metadata: object) => ({
      provides: [{ ...x, name }],
      requires: [{ name, metadata: metadata as Record<string, never> }],
    });
    const entry = (metadata: object): Resolution => ({
      exitCode: 0,
      group: ["a"],
      plan: { [name]: { providers: ["a"], requires: [metadata] } },
    });
    await expectResolutions(
      {
        "a requirement without metadata has empty metadata": [{ a: [named({})] }, entry({})],
        "metadata can have values of each type": [{ a: [named(metadata)] }, entry(metadata)],
        "several requirements with one name are all passed, in their order": [
          { a: [{ provides: [x], requires: [x.require({ n: 1 }), x.require(), x.require({ n: 3 })] }] },
          { exitCode: 0, group: ["a"], plan: { x: { providers: ["a"], requires: [{ n: 1 }, {}, { n: 3 }] } } },
        ],
        "metadata can have the key `name`": [
          { a: [{ provides: [x], requires: [x.require({ name: "y" })] }] },
          { exitCode: 0, group: ["a"], plan: { x: { providers: ["a"], requires: [{ name: "y" }] } } },
        ],
      },
      inProcess,
    );
    await expect(detect(defineBuildpack({ detect: () => pass(requires("")), build() {} }))).rejects.toMatchObject({
      code: "BUILD_PLAN_INVALID",
    });
  },
);

row(
  12,
  "Additional arguments of `pass` are alternatives in order of preference; in a group, the first buildpack's preference takes precedence",
  ["lifecycle", "test kit"],
  async () => {
    const [providesX, requiresX] = [provides("x"), requires("x")];
    const xOrY = [providesX, provides("y")];
    await expectResolutions({
      "the first alternative is used if only this alternative resolves": [
        { a: xOrY, b: [requires("x")] },
        passing(["a", "b"], { x: ["a"] }),
      ],
      "the second alternative is used if only this alternative resolves": [
        { a: xOrY, b: [requires("y")] },
        passing(["a", "b"], { y: ["a"] }),
      ],
      "the third alternative is used if only this alternative resolves": [
        { a: [...xOrY, provides("z")], b: [requires("z")] },
        passing(["a", "b"], { z: ["a"] }),
      ],
      "the first alternative of buildpack a is used if both resolve, although buildpack b prefers the second one": [
        { a: xOrY, b: [requires("y"), requires("x")] },
        passing(["a", "b"], { x: ["a"] }),
      ],
      "the second alternative of buildpack a and the first alternative of buildpack b are used if only they resolve together":
        [{ a: [provides("z"), providesX], b: [requiresX, requires("y")] }, passing(["a", "b"], { x: ["a"] })],
      "the group fails if no alternative resolves": [{ a: xOrY, b: [requires("z")] }, failing],
      "a second alternative that also requires the provided dependency is used if no other buildpack requires it": [
        { node: [provides("node"), { ...provides("node"), ...requires("node") }], npm: [{}] },
        passing(["node", "npm"], { node: ["node"] }),
      ],
    });
  },
);

row(
  13,
  "The version of a requirement is in its metadata, and the lifecycle refuses a version next to the name",
  ["lifecycle", "framework"],
  async () => {
    const versionNextTo = rawPlan(`[[provides]]\nname = "x"\n[[requires]]\nname = "x"\nversion = "1"\n`);
    const ours = inProcess([{ provides: [x], requires: [x.require({ version: "1" })] }]);
    // as a caller without types writes it
    const careless = { name: "x", version: "1", metadata: { version: "2" } };
    const plan = (version: string) => ({ x: { providers: ["a"], requires: [{ version }] } });
    const found = (version: string): Resolution => ({ exitCode: 0, group: ["a"], plan: plan(version) });
    await expectEach<RunMember, Resolution>(
      {
        "a version in the metadata is accepted": [ours, found("1")],
        "the framework writes the version in the metadata and omits another version next to the name": [
          inProcess([{ provides: [x], requires: [careless] }]),
          found("2"),
        ],
        "a version next to the name is an error": [versionNextTo, { exitCode: 21 }],
        "a version next to the name is an error with API 0.11": [{ ...versionNextTo, api: "0.11" }, { exitCode: 21 }],
        "a version next to the name is an error with API 0.10": [{ ...versionNextTo, api: "0.10" }, { exitCode: 21 }],
      },
      async (member) => resolution(await lifecycle.detect({ buildpacks: { a: member } })),
    );
  },
);

row(
  14,
  "The same or a later buildpack must require each provided dependency, and the same or an earlier one must provide each required one; otherwise a required buildpack fails the group, and an optional one is removed",
  ["lifecycle", "test kit"],
  async () => {
    const self = { ...provides("x"), ...requires("x") };
    await expectResolutions({
      "a plan that provides and requires nothing passes": [{ a: [{}] }, passing(["a"], {})],
      "a dependency that an earlier buildpack provides is met": [
        { a: [provides("x")], b: [requires("x")] },
        passing(["a", "b"], { x: ["a"] }),
      ],
      "a dependency that only a later buildpack provides fails the group": [
        { a: [requires("x")], b: [provides("x")] },
        failing,
      ],
      "a dependency that the buildpack itself provides is met": [{ a: [self] }, passing(["a"], { x: ["a"] })],
      "a dependency that no buildpack provides fails the group": [{ a: [requires("x")] }, failing],
      "an optional buildpack is removed if no buildpack provides its required dependency": [
        { "a?": [requires("x")], b: [{}] },
        passing(["b"], {}),
      ],
      "a dependency that no buildpack requires fails the group": [{ a: [provides("x")] }, failing],
      "an optional buildpack is removed if no buildpack requires its provided dependency": [
        { "a?": [provides("x")], b: [{}] },
        passing(["b"], {}),
      ],
      "a dependency that is provided again after its last requirement fails the group": [
        { a: [self], b: [provides("x")] },
        failing,
      ],
      "a dependency that is provided again and required again is met": [
        { a: [provides("x")], b: [requires("x")], c: [provides("x")], d: [requires("x")] },
        passing(["a", "b", "c", "d"], { x: ["a", "c"] }, 2),
      ],
      "an optional buildpack is removed together with an optional buildpack that requires its dependency": [
        { "o?": [provides("y")], "p?": [{ ...requires("y"), ...provides("z") }], q: [{}] },
        passing(["q"], {}),
      ],
      "an optional buildpack that provides a required dependency stays": [
        { "a?": [provides("x")], b: [requires("x")] },
        passing(["a", "b"], { x: ["a"] }),
      ],
      "a group fails if all its buildpacks are optional and removed": [{ "o?": [provides("y")] }, failing],
      // only with its last alternative does it leave
      "an optional buildpack is removed if none of its alternatives resolves": [
        { "a?": [requires("x"), requires("y")], b: [{}] },
        passing(["b"], {}),
      ],
      "an optional buildpack stays if only its last alternative resolves": [
        { "a?": [requires("x"), {}], b: [{}] },
        passing(["a", "b"], {}),
      ],
    });
  },
);

row(
  15,
  "The first alternative is at the top level of the file, because an empty top level would be an alternative that always matches before the alternatives in `[[or]]`",
  ["lifecycle", "framework", "test kit"],
  async () => {
    const self = { provides: [y], requires: [y.require({ n: 1 })] };
    const table = `[[or.provides]]\nname = "y"\n[[or.requires]]\nname = "y"\n`;
    await expectEach<RunMember, Resolution>(
      {
        "a file with only `[[or]]` resolves with an empty plan": [rawPlan(`[[or]]\n${table}`), passing(["a"], {})],
        "one alternative at the top level resolves with the plan of this alternative": [
          inProcess([self]),
          { ...passing(["a"], {}), plan: { y: { providers: ["a"], requires: [{ n: 1 }] } } },
        ],
      },
      async (member) => resolution(await lifecycle.detect({ buildpacks: { a: member } })),
    );
    await expectResolutions({
      "an empty first alternative is used before a second alternative that resolves": [
        { a: [{}, self] },
        passing(["a"], {}),
      ],
      "an empty second alternative is used if the first alternative does not resolve": [
        { a: [{ provides: [z] }, {}, self] },
        passing(["a"], {}),
      ],
    });
    await expectEach<readonly DetectPlan[], string>(
      {
        "no alternatives give an empty file": [[], ""],
        "one alternative is at the top level": [[provides("x")], `[[provides]]\nname = "x"\n`],
        "the second of two alternatives is in `[[or]]`": [
          [provides("x"), requires("y")],
          `[[provides]]\nname = "x"\n\n[[or]]\n[[or.requires]]\nname = "y"\n`,
        ],
      },
      (plans) => asFile(plans).files?.["bin/plan.toml"] ?? "",
    );
  },
);

row(
  16,
  "Several buildpacks can provide the same dependency, and several can require it; image extensions can provide dependencies but cannot require any",
  ["lifecycle", "framework", "test kit"],
  async () => {
    await expectResolutions({
      "two buildpacks can provide one dependency": [
        { a: [provides("x")], b: [provides("x")], c: [requires("x")] },
        passing(["a", "b", "c"], { x: ["a", "b"] }),
      ],
      "two buildpacks can require one dependency": [
        {
          a: [provides("x")],
          b: [{ requires: [x.require({ by: "b" })] }],
          c: [{ requires: [x.require({ by: "c" })] }],
        },
        {
          exitCode: 0,
          group: ["a", "b", "c"],
          plan: { x: { providers: ["a"], requires: [{ by: "b" }, { by: "c" }] } },
        },
      ],
    });
    const extension: Written = ({ defineExtension, dependency, pass }) =>
      defineExtension({ detect: () => pass({ provides: [dependency("x")] }), generate() {} });
    const requiring: Written = ({ defineExtension, dependency, pass }) =>
      defineExtension({
        detect: () => pass({ provides: [dependency("x")], requires: [dependency("x").require()] }),
        generate() {},
      });
    const refusal = /outputs "requires" which is not allowed|an extension cannot require x/;
    await expectEach<RunMember, unknown>(
      {
        // extensions have met what they provide before buildpacks build: it is no longer in the plan
        "an extension can provide a dependency": [{ written: extension }, { exitCode: 0, group: ["b"], plan: {} }],
        "detect/plan.toml of an extension is refused if it requires a dependency": [
          rawPlan(`[[provides]]\nname = "x"\n[[requires]]\nname = "x"\n`),
          { exitCode: 20, says: `outputs "requires" which is not allowed` },
        ],
        "an extension with the framework is refused if it requires a dependency": [
          { written: requiring },
          { exitCode: 20, says: "an extension cannot require x" },
        ],
        "the group fails if no extension provides the dependency": [rawPlan(""), { exitCode: 20 }],
      },
      async (member) => {
        const buildpacks = { b: asFile([requires("x")]) };
        const { output, ...run } = await lifecycle.detect({ buildpacks, extensions: { "of/system": member } });
        return { ...resolution(run), says: refusal.exec(output)?.[0] };
      },
    );
    const callerWithoutTypes: Extension = { detect: () => pass(requires("x")), generate() {} };
    await expect(detect(callerWithoutTypes)).rejects.toMatchObject({ code: "BUILD_PLAN_INVALID" });
  },
);
