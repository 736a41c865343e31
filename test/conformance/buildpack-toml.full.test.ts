import fc from "fast-check";
import {
  checkBuildpackApi,
  type DeclaredTarget,
  escapeBuildpackId,
  formatToml,
  matchesTarget,
  parseBuildpackToml,
  type Target,
} from "libcnb/spec";
import { afterAll, beforeAll, expect } from "vitest";
import { orderIssues } from "../../builder-packager/src/buildpackage/order-rules.ts";
import { decodeDescriptor } from "../../builder-packager/src/platform/formats/descriptor.ts";
import { targetMatches } from "../../builder-packager/src/platform/images/target.ts";
import { expectEach } from "../support/conformance/case-table.ts";
import { callExecutable, executableOf } from "../support/conformance/executable.ts";
import type { Written } from "../support/conformance/framework-executable.ts";
import { row } from "../support/conformance/rows.ts";
import { type LifecycleRunner, lifecycleRunner } from "../support/lifecycle/lifecycle-run.ts";
import {
  type OfficialReader,
  officialReader,
  type ReaderQuestion,
  type RunImageTarget,
} from "../support/lifecycle/official-reader.ts";

let lifecycle: LifecycleRunner;
let reader: OfficialReader;

beforeAll(async () => {
  [lifecycle, reader] = await Promise.all([lifecycleRunner(), officialReader()]);
});
afterAll(() => Promise.all([lifecycle?.remove(), reader?.remove()]));

const file = "buildpack.toml";
const head = `api = "0.12"\n[buildpack]\nid = "acme/x"\nversion = "1.2.3"\n`;

/** The framework's result, or its error. */
function read(text: string): unknown {
  try {
    return parseBuildpackToml(text, file);
  } catch (error) {
    return (error as Error).cause;
  }
}

const ask = async (questions: readonly Omit<ReaderQuestion, "kind">[]) =>
  reader.ask(questions.map((question) => ({ ...question, kind: "buildpack" })));

/**
 * The parts of a descriptor that the lifecycle keeps, without empty ones, or its error text if it
 * cannot read the file.
 */
async function official(text: string, files: readonly string[] = []): Promise<unknown> {
  const [{ error, value } = { error: "no answer", value: {} }] = await ask([{ text, files }]);
  return error || withoutEmpty(value);
}

const withoutEmpty = (value: unknown) => {
  const empty: readonly unknown[] = ["", null, false];
  return Object.fromEntries(Object.entries(value as object).filter(([, field]) => !empty.includes(field)));
};

const passes: Written = ({ defineBuildpack, pass }, report) =>
  defineBuildpack({
    detect({ buildpack }) {
      report(buildpack.metadata);
      return pass();
    },
    build() {},
  });

row(
  73,
  "`api` is a Buildpack API version, `<major>` or `<major>.<minor>` in quotes; the framework supports 0.10, 0.11 and 0.12",
  ["lifecycle", "framework"],
  async () => {
    const form = (got: string) => `api: expected an API version such as "0.10", got ${got}`;
    const unserved = (api: string) =>
      `buildpack.toml declares Buildpack API "${api}", which this framework does not implement`;
    await expectEach<string, string>(
      {
        "the framework supports 0.10": [`"0.10"`, "served"],
        "the framework supports 0.11": [`"0.11"`, "served"],
        "the framework supports 0.12": [`"0.12"`, "served"],
        "the framework refuses an older version": [`"0.9"`, unserved("0.9")],
        "the framework refuses a version that is a draft": [`"0.13"`, unserved("0.13")],
        "the framework refuses the major version 1": [`"1"`, unserved("1")],
        "the framework refuses a number without quotes": ["0.10", form("0.1")],
        "the framework refuses a version with a patch number": [`"0.10.0"`, form('"0.10.0"')],
        "the framework refuses a version that begins with v": [`"v0.10"`, form('"v0.10"')],
        "the framework refuses an empty string": [`""`, form('""')],
      },
      (api) => {
        const toml = read(`api = ${api}\n[buildpack]\nid = "a"\nversion = "1.0.0"\n`);
        if (typeof toml === "string") return toml;
        try {
          checkBuildpackApi((toml as { api: string }).api, file);
          return "served";
        } catch (error) {
          return (error as Error).message;
        }
      },
    );
    await expectEach<string, unknown>(
      {
        "the lifecycle accepts 0.10": ["0.10", [0, ["a"]]],
        "the lifecycle accepts 0.11": ["0.11", [0, ["a"]]],
        "the lifecycle accepts 0.12": ["0.12", [0, ["a"]]],
        "the lifecycle refuses a version that it does not know": ["0.13", [12, undefined]],
      },
      async (api) => {
        const { exitCode, group } = await lifecycle.detect({ buildpacks: { a: { api, written: passes } } });
        return [exitCode, group];
      },
    );
  },
);

row(
  74,
  "`id` consists of letters, digits, `.`, `/` and `-` and is not a name that the lifecycle reserves; `/` becomes `_` in paths",
  ["lifecycle", "framework"],
  async () => {
    const form = (id: string) =>
      `buildpack.id: expected a buildpack id (letters, digits, ., / and -), got ${JSON.stringify(id)}`;
    const reserved = (id: string) => `buildpack.id: "${id}" is reserved by the specification`;
    const good = ["a", "acme/node", "acme/node/npm", "A.b-3/9", "application", "0"];
    const bad = ["", "a_b", "a b", "a/", "/a", "a//b", "é", "a\n", "a@1", "a\\b", "a:b"];
    const names = ["app", "config", "generated", "sbom"];
    const outcomes = [...good, ...bad, ...names].map((id) => {
      const toml = read(formatToml({ api: "0.10", buildpack: { id, version: "1.0.0" } }));
      return [id, typeof toml === "string" ? toml : (toml as { buildpack: { id: string } }).buildpack.id];
    });
    expect(outcomes).toEqual([
      ...good.map((id) => [id, id]),
      ...bad.map((id) => [id, form(id)]),
      ...names.map((id) => [id, reserved(id)]),
    ]);
    // the test puts each buildpack where its escaped id says
    const given = { "acme/x/y": { written: passes }, "A.b-3": { written: passes } };
    const { exitCode, group, reported } = await lifecycle.detect({ buildpacks: given });
    expect([exitCode, group, Object.keys(reported)]).toEqual([0, ["acme/x/y", "A.b-3"], ["A.b-3", "acme_x_y"]]);
    expect(["acme/x/y", "A.b-3"].map(escapeBuildpackId)).toEqual(["acme_x_y", "A.b-3"]);
  },
);

row(75, "`version` is `X.Y.Z` in numbers without leading zeros and without a suffix", ["framework"], () => {
  const good = ["0.0.0", "1.2.3", "10.20.30", "2026.11.21", "99999999999999999999.0.0"];
  const bad = [
    "",
    "1",
    "1.2",
    "1.2.3.4",
    "01.2.3",
    "1.02.3",
    "1.2.03",
    "1.2.3-rc.1",
    "1.2.3+x",
    "v1.2.3",
    "1.2.x",
    "1.2.3\n",
  ];
  const outcomes = [...good, ...bad].map((version) => {
    const toml = read(formatToml({ api: "0.10", buildpack: { id: "a", version } }));
    return [version, typeof toml === "string" ? toml : (toml as { buildpack: { version: string } }).buildpack.version];
  });
  expect(outcomes).toEqual([
    ...good.map((version) => [version, version]),
    ...bad.map((version) => [version, `buildpack.version: expected a version X.Y.Z, got ${JSON.stringify(version)}`]),
  ]);
});

row(
  76,
  "Name, homepage, description, keywords, licences, `clear-env` and `sbom-formats` are optional; the lifecycle ignores unknown keys",
  ["lifecycle", "framework"],
  async () => {
    const none = { name: undefined, homepage: undefined, description: undefined };
    const absent = { ...none, keywords: [], licenses: [], clearEnv: false, execEnv: [], sbomFormats: [] };
    const identity = { id: "acme/x", version: "1.2.3" };
    const rest = { targets: [], stacks: [], order: [], metadata: {} };
    expect(read(head)).toEqual({ api: "0.12", buildpack: { ...identity, ...absent }, ...rest });
    expect(await official(head)).toEqual({ api: "0.12", ...identity });
    const lines = `${head}name = "X"
homepage = "https://example.com"
description = "Installs x"
keywords = ["x", "y"]
clear-env = true
sbom-formats = ["application/spdx+json"]
sponsor = "nobody reads this"
[[buildpack.licenses]]
type = "MIT"
[[buildpack.licenses]]
uri = "https://example.com/licence"
`;
    const known = {
      name: "X",
      homepage: "https://example.com",
      clearEnv: true,
      sbomFormats: ["application/spdx+json"],
    };
    expect(read(lines)).toEqual({
      api: "0.12",
      ...rest,
      buildpack: {
        ...identity,
        ...known,
        execEnv: [],
        description: "Installs x",
        keywords: ["x", "y"],
        licenses: [{ type: "MIT" }, { uri: "https://example.com/licence" }],
      },
    });
    expect(await official(lines)).toEqual({ api: "0.12", ...identity, ...known });
    const wrong = `${head}name = 1\nhomepage = []\ndescription = true\nkeywords = "x"\nclear-env = "yes"\nlicenses = "MIT"\nsbom-formats = "spdx"\n`;
    expect(String(read(wrong)).split("; ")).toEqual([
      `buildpack.name: expected a string, got 1`,
      "buildpack.homepage: expected a string, got a list",
      "buildpack.description: expected a string, got true",
      `buildpack.keywords: expected a list, got "x"`,
      `buildpack.licenses: expected a list, got "MIT"`,
      `buildpack.clear-env: expected a boolean, got "yes"`,
      `buildpack.sbom-formats: expected a list, got "spdx"`,
    ]);
    expect(await official(wrong)).toContain("incompatible types");
  },
);

const some = <T>(...values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const declaredTarget = fc.record(
  {
    os: some("linux", "windows", ""),
    arch: some("amd64", "arm64"),
    variant: some("v7", "v8"),
    distros: fc.array(
      fc.record(
        { name: fc.constantFrom("debian", "alpine", ""), version: some("13", "3.22") },
        { requiredKeys: ["name"] },
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);
const imageTarget = fc.record({
  os: fc.constantFrom("linux", "windows"),
  arch: fc.constantFrom("amd64", "arm64"),
  variant: some("v7", "v8"),
  distro: fc.option(
    fc.record({ name: fc.constantFrom("debian", "alpine"), version: fc.constantFrom("13", "3.22", "") }),
    { nil: undefined },
  ),
});

/** Both keys for the variant: the specification's, and the only one that the lifecycle reads. */
const targetsToml = (targets: readonly DeclaredTarget[]) =>
  formatToml({ targets: targets.map((each) => ({ ...each, "arch-variant": each.variant })) });

const inLifecyclesWords = ({ os, arch, variant, distro }: Target): RunImageTarget => ({
  os,
  arch,
  ...(variant !== undefined && { "arch-variant": variant }),
  ...(distro !== undefined && { distro: { name: distro.name, version: distro.version ?? "" } }),
});

row(
  77,
  "A target matches if operating system, architecture, variant and one distribution match; a missing value matches anything; without targets, `bin/build` implies Linux",
  ["lifecycle", "framework"],
  async () => {
    const cases = fc.sample(fc.tuple(fc.array(declaredTarget, { minLength: 1, maxLength: 3 }), imageTarget), {
      numRuns: 1000,
      seed: 1,
    }) as [DeclaredTarget[], Target][];
    const answers = await ask(
      cases.map(([targets, image]) => ({ text: head + targetsToml(targets), target: inLifecyclesWords(image) })),
    );
    const judged = cases.map(([targets, image], index) => {
      const [toml, platform] = [
        parseBuildpackToml(head + targetsToml(targets), file),
        decodeDescriptor(head + targetsToml(targets), { file, hasBuild: true }),
      ];
      const framework = toml.targets.some((each) => matchesTarget(each, image));
      const packager = platform.targets.some((each) => targetMatches(image as never, each));
      return { targets, image, lifecycle: answers[index]?.satisfied, framework, packager };
    });
    expect(judged.filter(({ lifecycle, framework }) => lifecycle !== framework)).toEqual([]);
    expect(judged.filter(({ lifecycle, packager }) => lifecycle !== packager)).toEqual([]);
    expect(judged.filter(({ lifecycle }) => lifecycle).length).toBeGreaterThan(200);
    const inferred = { "bin/build": [{ os: "linux", arch: "" }], "bin/detect": null };
    for (const [program, targets] of Object.entries(inferred)) {
      expect(await official(head, [program])).toEqual({
        api: "0.12",
        id: "acme/x",
        version: "1.2.3",
        ...(targets && { targets }),
      });
      const ours = decodeDescriptor(head, { file, hasBuild: program === "bin/build" });
      expect(ours.targets).toEqual(targets ? [{ os: "linux" }] : []);
    }
  },
);

row(
  78,
  "Stacks are supported for old lifecycles; without targets, the stack `*` matches any target, and bionic matches Ubuntu 18.04",
  ["lifecycle", "framework"],
  async () => {
    const bionic = { os: "linux", arch: "amd64", distros: [{ name: "ubuntu", version: "18.04" }] };
    const any = { os: "", arch: "" };
    const linux = { os: "linux", arch: "" };
    const cases: Readonly<Record<string, readonly [string, readonly object[]]>> = {
      "any stack": [`[[stacks]]\nid = "*"\n`, [any]],
      bionic: [`[[stacks]]\nid = "io.buildpacks.stacks.bionic"\nmixins = ["build:git"]\n`, [bionic]],
      both: [`[[stacks]]\nid = "io.buildpacks.stacks.bionic"\n[[stacks]]\nid = "*"\n`, [bionic, any]],
      another: [`[[stacks]]\nid = "io.buildpacks.stacks.jammy"\n`, [linux]],
      "beside targets": [
        `[[stacks]]\nid = "*"\n[[targets]]\nos = "linux"\narch = "arm64"\n`,
        [{ os: "linux", arch: "arm64" }],
      ],
    };
    const outcomes = Object.entries(cases).map(async ([name, [lines]]) => {
      const { targets: theirs } = (await official(head + lines, ["bin/build"])) as { targets: unknown };
      const { targets } = decodeDescriptor(head + lines, { file, hasBuild: true });
      const ours = targets.map(({ os = "", arch = "", distros }) => ({ os, arch, ...(distros && { distros }) }));
      return [name, { theirs, ours }] as const;
    });
    const expected = Object.entries(cases).map(([name, [, targets]]) => [name, { theirs: targets, ours: targets }]);
    expect(Object.fromEntries(await Promise.all(outcomes))).toEqual(Object.fromEntries(expected));
    expect(parseBuildpackToml(head + (cases.bionic?.[0] ?? ""), file).stacks).toEqual([
      { id: "io.buildpacks.stacks.bionic", mixins: ["build:git"] },
    ]);
  },
);

const composite = (lines: string) => `api = "0.12"\n[buildpack]\nid = "acme/all"\nversion = "1.0.0"\n${lines}`;

row(
  79,
  "A composite buildpack has an order of members with id and version, and neither programs nor targets nor stacks",
  ["lifecycle", "framework"],
  async () => {
    const order = composite(`[[order]]
[[order.group]]
id = "x"
version = "1.0.0"
[[order]]
[[order.group]]
id = "y"
version = "1.0.0"
[[order.group]]
id = "x"
version = "1.0.0"
optional = true
exec-env = ["test"]
`);
    const member = { version: "1.0.0", optional: false, execEnv: [] };
    expect(parseBuildpackToml(order, file).order).toEqual([
      [{ id: "x", ...member }],
      [
        { id: "y", ...member },
        { id: "x", ...member, optional: true, execEnv: ["test"] },
      ],
    ]);
    const fails = { files: { "bin/detect": "#!/bin/sh\nexit 100\n" } };
    const given = { files: { "buildpack.toml": order } };
    const outcome = await lifecycle.detect({
      buildpacks: { "acme/all": given, x: fails, y: { written: passes } },
      order: [["acme/all"]],
    });
    expect([outcome.exitCode, outcome.group]).toEqual([0, ["y"]]);
    const without = composite(`[[order]]\n[[order.group]]\nid = "y"\n`);
    const unversioned = await lifecycle.detect({
      buildpacks: { "acme/all": { files: { "buildpack.toml": without } }, y: {} },
      order: [["acme/all"]],
    });
    expect(unversioned.exitCode).not.toBe(0);
    const main = { id: "acme/all", version: "1.0.0", dir: "", descriptor: parseBuildpackToml(without, file) };
    const modules = [main, { id: "y", version: "1.0.0", facts: { api: "0.10" } }];
    expect(orderIssues(main as never, modules as never, new Map())).toEqual([
      "y in the order of acme/all@1.0.0 has no version; the package has 1.0.0",
    ]);
    expect(read(composite(`[[order]]\ngroup = []\n[[targets]]\nos = "linux"\n[[stacks]]\nid = "*"\n`))).toBe(
      "order: a composite buildpack has no targets; order: a composite buildpack has no stacks",
    );
  },
);

row(
  80,
  'Execution environments are a list, `exec-env = ["test"]`; the table form of the specification, which the lifecycle cannot read, is refused, and the error shows the line to use',
  ["lifecycle", "framework"],
  async () => {
    const refused = (list: string) =>
      `buildpack.exec-env: is written as a table, which the lifecycle cannot read; write exec-env = ${list}`;
    const name = "expected the name of an execution environment, which is not empty and has no /";
    const cases: Readonly<Record<string, readonly [string, unknown, unknown]>> = {
      "a list": [`exec-env = ["test", "ci-1"]`, ["test", "ci-1"], ["test", "ci-1"]],
      all: [`exec-env = ["*"]`, ["*"], ["*"]],
      none: [`exec-env = []`, [], []],
      "the table form": [`[[buildpack.exec-env]]\nname = "test"`, "error", refused('["test"]')],
      "a table": [`[buildpack.exec-env]\nname = "test"`, "error", refused('["test"]')],
      "a text": [`exec-env = "test"`, "error", `buildpack.exec-env: expected a list such as exec-env = ["test"]`],
      "a path": [`exec-env = ["a/b"]`, ["a/b"], `buildpack.exec-env[0]: ${name}`],
    };
    const outcomes = Object.entries(cases).map(async ([name, [line]]) => {
      const [answer] = await ask([{ text: `${head}${line}\n` }]);
      const ours = read(`${head}${line}\n`) as string | { buildpack: { execEnv: unknown } };
      const theirs = answer?.error ? "error" : (answer?.value as { execEnv: unknown } | undefined)?.execEnv;
      return [name, [line, theirs, typeof ours === "string" ? ours : ours.buildpack.execEnv]] as const;
    });
    expect(Object.fromEntries(await Promise.all(outcomes))).toEqual(cases);
    const runs = ["production", "test"].map(async (env) => {
      const only = { toml: `exec-env = ["test"]\n`, written: passes };
      const { exitCode, group } = await lifecycle.detect({
        buildpacks: { only, always: { written: passes } },
        env: { CNB_EXEC_ENV: env },
      });
      return [env, exitCode, group];
    });
    expect(await Promise.all(runs)).toEqual([
      ["production", 0, ["always"]],
      ["test", 0, ["only", "always"]],
    ]);
  },
);

row(
  81,
  "The key of a target's variant is `variant`, `arch-variant`, which is the only key that the lifecycle reads, or both with the same value",
  ["lifecycle", "framework"],
  async () => {
    const image = { os: "linux", arch: "arm64", variant: "v7" };
    const cases: Readonly<Record<string, readonly [string, boolean, boolean | string]>> = {
      variant: [`variant = "v8"`, true, false],
      "arch-variant": [`arch-variant = "v8"`, false, false],
      both: [`variant = "v8"\narch-variant = "v8"`, false, false],
      "both, of the image": [`variant = "v7"\narch-variant = "v7"`, true, true],
      "two that differ": [
        `variant = "v7"\narch-variant = "v8"`,
        false,
        `targets[0].arch-variant: differs from variant, "v7"`,
      ],
    };
    const outcomes = Object.entries(cases).map(async ([name, [lines]]) => {
      const text = `${head}[[targets]]\nos = "linux"\n${lines}\n`;
      const [answer] = await ask([{ text, target: inLifecyclesWords(image) }]);
      const ours = read(text) as string | { targets: readonly DeclaredTarget[] };
      const matching = typeof ours === "string" ? ours : ours.targets.some((each) => matchesTarget(each, image));
      return [name, [lines, answer?.satisfied, matching]] as const;
    });
    expect(Object.fromEntries(await Promise.all(outcomes))).toEqual(cases);
  },
);

row(
  82,
  "`[metadata]` contains any data of the author, available as `buildpack.metadata`",
  ["lifecycle", "framework"],
  async () => {
    const toml = `[metadata]\ntext = "é"\n"a key" = [1, [2.5], { three = true }]\n[metadata.nested.table]\nid = "x"\n[[metadata.list]]\na = 1\n`;
    const metadata = {
      text: "é",
      "a key": [1, [2.5], { three: true }],
      nested: { table: { id: "x" } },
      list: [{ a: 1 }],
    };
    const { exitCode, reported } = await lifecycle.detect({
      buildpacks: { a: { toml, written: passes }, b: { written: passes } },
    });
    expect({ exitCode, reported }).toEqual({ exitCode: 0, reported: { a: [metadata], b: [{}] } });
  },
);

row(
  83,
  "A buildpack with an API that the framework does not support exits with 254; an executable that is called by an unknown name exits with 255",
  ["lifecycle", "framework"],
  async () => {
    const { exitCode, output } = await lifecycle.detect({ buildpacks: { a: { api: "0.9", written: passes } } });
    expect([exitCode, /^err: +a@1.0.0 \((\d+)\)$/m.exec(output)?.[1]]).toEqual([21, "254"]);
    const executable = executableOf("{ detect: () => pass(), build() {} }", "pass");
    const call = async (phase: string, files: Readonly<Record<string, string>>) => {
      const { status, stderr } = await callExecutable(executable, phase, files);
      return [status, stderr];
    };
    const unserved = (api: string) =>
      `ERROR: <root>/bp/buildpack.toml declares Buildpack API "${api}", which this framework does not implement (API_UNSUPPORTED)\nHINT: Set api to one of "0.10", "0.11", "0.12".\n`;
    const future = { "bp/buildpack.toml": `api = "1.0"\nbuildpack = "in another form"\n` };
    expect(await call("detect", future)).toEqual([254, unserved("1.0")]);
    expect(await call("build", { "bp/buildpack.toml": head.replace("0.12", "0.9") })).toEqual([254, unserved("0.9")]);
    expect(await call("launch", {})).toEqual([
      255,
      expect.stringMatching(
        /^ERROR: "\w+" is not a phase of a buildpack \(PHASE_UNKNOWN\)\nHINT: Call the executable as bin/,
      ),
    ]);
  },
);
