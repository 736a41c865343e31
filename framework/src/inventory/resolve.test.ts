import { describe, expect, test } from "vitest";
import { recordingLogger } from "../logger/recording-logger.ts";
import { renderError } from "../render-error.ts";
import { stringifyToml } from "../spec/schemas/toml.ts";
import type { Target } from "../spec/target.ts";
import type { ResolveOptions } from "./inventory.ts";
import { readInventory } from "./read-inventory.ts";
import { resolveRelease } from "./resolve.ts";

interface Inputs {
  readonly id?: string;
  readonly dependencies: readonly (string | Record<string, unknown>)[];
  readonly defaults?: Record<string, string>;
  readonly target?: Target;
  readonly stack?: string;
  readonly now?: string;
  readonly options?: ResolveOptions;
}

const amd64 = { os: "linux", arch: "amd64" };
const ubuntu = { ...amd64, distro: { name: "ubuntu", version: "24.04" } };

/** Resolves; gives the version or the error as it is shown, and the log. */
async function resolving(wanted: string | undefined, { dependencies, defaults = {}, ...given }: Inputs) {
  const inventory = readInventory(
    stringifyToml({
      "default-versions": defaults,
      dependencies: dependencies.map((each) => ({
        id: "node",
        name: "Node.js",
        uri: "https://nodejs.test/node.tar.gz",
        ...(typeof each === "string" ? { version: each } : each),
      })),
    }),
    "buildpack.toml",
  );
  const recording = recordingLogger();
  // also the details for debugging
  const log = { ...recording, debug: recording.info };
  const host = {
    target: given.target ?? amd64,
    env: { CNB_STACK_ID: given.stack },
    log,
    clock: { now: () => Date.parse(given.now ?? "2026-11-21T12:00:00Z") },
  };
  const result = await resolveRelease(given.id ?? "node", wanted, given.options ?? {}, inventory, host).catch(
    renderError,
  );
  return {
    result: typeof result === "string" ? result : result.uri.endsWith("node.tar.gz") ? result.version : result.uri,
    log: recording.lines,
  };
}

const some = ["18.20.8", "22.1.0", "22.23.3", { version: "22.23.4", arch: "arm64" }, "23.0.0-rc.1", "24.21.0"];

test("the newest matching release is chosen, and the debug log shows why others are not", async () => {
  expect(await resolving("22.x", { dependencies: some, options: { source: "BP_NODE_VERSION" } })).toEqual({
    result: "22.23.3",
    log: [
      "Using Node.js 22.23.3: BP_NODE_VERSION asks for 22.x",
      "    24.21.0      any        does not fit",
      "    23.0.0-rc.1  any        does not fit",
      "    22.23.4      any/arm64  for another system",
      "->  22.23.3      any        chosen",
      "    22.1.0       any        is older",
      "    18.20.8      any        does not fit",
    ],
  });
});

test("the log shows the chosen release and the reason", async () => {
  const log = recordingLogger();
  const inventory = readInventory(
    stringifyToml({
      dependencies: some.map((each) => ({
        id: "node",
        uri: "https://nodejs.test/x",
        ...(typeof each === "string" ? { version: each } : each),
      })),
    }),
    "buildpack.toml",
  );
  const host = { target: amd64, env: {}, log, clock: { now: () => 0 } };
  await resolveRelease("node", "22.x", { source: ".nvmrc" }, inventory, host);
  expect(log.lines).toEqual(["Using node 22.23.3: .nvmrc asks for 22.x"]);
});

test.for<[string, object]>([
  ["22.1.0", {}],
  ["v22.1.0", {}],
  ["=22.1.0", {}],
  ["==22.1.0", { scheme: "pep440" }],
])("the log lists no other releases if the request is %s", async ([wanted, options]) => {
  const dependencies = ["18.20.8", "22.1.0", "22.23.3", "24.21.0"];
  expect(await resolving(wanted, { dependencies, options })).toEqual({
    result: "22.1.0",
    log: [`Using Node.js 22.1.0 for ${wanted}`],
  });
});

test("a preferred release is chosen over newer matching ones", async () => {
  const prefer = ({ version }: { readonly version: string }) => version.startsWith("22.");
  const options = { source: "engines.node", prefer };
  expect(await resolving(">=20", { dependencies: some, options })).toEqual({
    result: "22.23.3",
    log: [
      "Using Node.js 22.23.3: engines.node asks for >=20",
      "    24.21.0      any        is not preferred",
      "    23.0.0-rc.1  any        is a pre-release",
      "    22.23.4      any/arm64  for another system",
      "->  22.23.3      any        chosen",
      "    22.1.0       any        is older",
      "    18.20.8      any        does not fit",
    ],
  });
  expect((await resolving(">=24", { dependencies: some, options })).result).toBe("24.21.0");
});

test("only the nearest of many candidates are shown", async () => {
  const versions = Array.from({ length: 20 }, (_, index) => `${index + 1}.0.0`);
  const others = versions.map((version) => ({ version, os: "windows" }));
  expect(await resolving("<=12", { dependencies: [...versions, ...others] })).toEqual({
    result: "12.0.0",
    log: [
      "Using Node.js 12.0.0 for <=12",
      "    15.0.0  any  does not fit",
      "    14.0.0  any  does not fit",
      "    13.0.0  any  does not fit",
      "->  12.0.0  any  chosen",
      "    11.0.0  any  is older",
      "    10.0.0  any  is older",
      "and 34 more: 20 for another system, 5 do not fit, 9 are older",
    ],
  });
});

test.for<[string, string | undefined, Omit<Inputs, "dependencies">, string]>([
  ["without a wish the newest", undefined, {}, "24.21.0"],
  ["without a wish the default", undefined, { defaults: { node: "22.*" } }, "22.23.3"],
  ["for the word default", "default", { defaults: { node: "18" } }, "18.20.8"],
  ["a pre-release if it is named", "23.0.0-rc.1", {}, "23.0.0-rc.1"],
  ["a pre-release if such are wanted", "23", { options: { prereleases: true } }, "23.0.0-rc.1"],
  ["for the platform", "22", { target: { os: "linux", arch: "arm64" } }, "22.23.4"],
])("%s is chosen", async ([, wanted, given, expected]) => {
  expect((await resolving(wanted, { ...given, dependencies: some })).result).toBe(expected);
});

describe("among releases with the same version, the chosen one is", () => {
  const general = { version: "1.0.0", uri: "https://x.test/general", stacks: ["*"] };
  const special = { version: "1.0.0", uri: "https://x.test/special" };
  test.for<[string, Record<string, unknown>, Omit<Inputs, "dependencies">, string]>([
    [
      "what is made for the distribution",
      { distros: [{ name: "ubuntu", version: "24.04" }] },
      { target: ubuntu },
      "special",
    ],
    ["what is made for any version of it", { distros: [{ name: "ubuntu" }] }, { target: ubuntu }, "special"],
    ["not what is for another", { distros: [{ name: "debian" }] }, { target: ubuntu }, "general"],
    ["not what is for one if none is known", { distros: [{ name: "ubuntu" }] }, {}, "general"],
    [
      "what is made for the distribution's stack",
      { stacks: ["io.buildpacks.stacks.noble.tiny"] },
      { target: ubuntu },
      "special",
    ],
    ["what is made for the platform's stack", { stacks: ["acme"] }, { stack: "acme" }, "special"],
    ["not what is for another stack", { stacks: ["io.buildpacks.stacks.jammy"] }, { target: ubuntu }, "general"],
    [
      "what is made for the variant",
      { arch: "arm", variant: "v7" },
      { target: { os: "linux", arch: "arm", variant: "v7" } },
      "special",
    ],
    [
      "not what is for another variant",
      { arch: "arm", variant: "v6" },
      { target: { os: "linux", arch: "arm", variant: "v7" } },
      "general",
    ],
  ])("%s", async ([, more, given, expected]) => {
    const { result } = await resolving("1", { ...given, dependencies: [general, { ...special, ...more }] });
    expect(result).toBe(`https://x.test/${expected}`);
  });
});

test.for<[string, string, string, readonly string[]]>([
  ["of a release that is supported", "2027-04-30", "2027-03-30T12:00:00Z", []],
  [
    "of a release whose support ends",
    "2027-04-30",
    "2027-04-28T12:00:00Z",
    ["Node.js 1.0.0 reaches its end of life on 2027-04-30, in 2 days. Move to a newer version."],
  ],
  [
    "of a release whose support ends tomorrow",
    "2027-04-30",
    "2027-04-29T12:00:00Z",
    ["Node.js 1.0.0 reaches its end of life on 2027-04-30, in 1 day. Move to a newer version."],
  ],
  [
    "of a release whose support has ended",
    "2026-04-30",
    "2026-04-30T00:00:00Z",
    ["Node.js 1.0.0 reached its end of life on 2026-04-30: it no longer gets fixes. Use a newer version."],
  ],
])("a warning %s", async ([, endOfLife, now, warnings]) => {
  const { log } = await resolving("1", { dependencies: [{ version: "1.0.0", "eol-date": endOfLife }], now });
  expect(log).toEqual(["Using Node.js 1.0.0 for 1", ...warnings]);
});

describe("the log reports", () => {
  test.for<[string, string | undefined, Inputs, string]>([
    [
      "what there is instead, and who asks",
      "^19.4",
      { dependencies: some, options: { source: "engines.node of package.json" } },
      `ERROR: engines.node of package.json asks for Node.js ^19.4, which is not available for linux/amd64 (VERSION_UNAVAILABLE)
  caused by: there is 24.21.0, 23.0.0-rc.1, 22.23.3, 22.1.0, 18.20.8; the nearest is 22.1.0
HINT: Ask for one of these versions in engines.node of package.json.
`,
    ],
    [
      "how to ask for the line of an exact version",
      "22.1.9",
      { dependencies: some, options: { source: ".nvmrc" } },
      `ERROR: .nvmrc asks for Node.js 22.1.9, which is not available for linux/amd64 (VERSION_UNAVAILABLE)
  caused by: there is 24.21.0, 23.0.0-rc.1, 22.23.3, 22.1.0, 18.20.8; the nearest is 22.23.3
HINT: Ask for 22.1 in .nvmrc: each build then uses the newest 22.1, now 22.1.0.
`,
    ],
    [
      "what there is of many",
      "99",
      { dependencies: Array.from({ length: 30 }, (_, index) => `${(index % 10) + 1}.0.${index}`) },
      `ERROR: there is no Node.js 99 for linux/amd64 (VERSION_UNAVAILABLE)
  caused by: there is 10.0.29, 9.0.28, 8.0.27, 7.0.26, 6.0.25, 5.0.24, 4.0.23, 3.0.22 and 22 more; the nearest is 10.0.29
HINT: Ask for one of these versions.
`,
    ],
    [
      "that there is nothing for the platform",
      "22",
      { dependencies: [{ version: "22.0.0", os: "linux", arch: "arm64" }], target: ubuntu },
      `ERROR: there is no Node.js 22 for linux/amd64 (ubuntu 24.04) (VERSION_UNAVAILABLE)
  caused by: there are only releases for linux/arm64
HINT: Build for another platform, or use a buildpack that has it.
`,
    ],
    [
      "that a word is not a range",
      "latest",
      { dependencies: some, options: { source: "BP_NODE_VERSION" } },
      `ERROR: BP_NODE_VERSION is "latest", which is not a version range (VERSION_RANGE_INVALID)
HINT: Write a version or a range such as "18.20.8" or "18.*".
`,
    ],
    [
      "that a text longer than any range is none, without all of it",
      "1".concat(" || 1".repeat(200)),
      { dependencies: some, options: { source: "engines.node" } },
      `ERROR: engines.node is "${"1".concat(" || 1".repeat(200)).slice(0, 100)}…", which is not a version range (VERSION_RANGE_INVALID)
HINT: Write a version or a range such as "18.20.8" or "18.*".
`,
    ],
    [
      "that a dependency is unknown",
      "1",
      { id: "nod", dependencies: some },
      `ERROR: buildpack.toml has no dependency "nod" (DEPENDENCY_UNKNOWN)
  caused by: it has node
HINT: Add [[metadata.dependencies]] with id = "nod", or correct the buildpack.
`,
    ],
    [
      "that versions are not of the scheme",
      "21",
      { dependencies: ["21.0.12.1", "21.0.1", "1.8.0_472"] },
      `ERROR: buildpack.toml is not valid (DESCRIPTOR_INVALID)
  caused by: dependencies[0].version: "21.0.12.1" is not a version of the scheme that the buildpack uses; dependencies[2].version: "1.8.0_472" is not a version of the scheme that the buildpack uses
HINT: Correct buildpack.toml: 2 values are not valid according to the specification.
`,
    ],
  ])("%s", async ([, wanted, given, expected]) => {
    expect((await resolving(wanted, given)).result).toBe(expected);
  });
});
