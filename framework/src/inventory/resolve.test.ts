import { describe, expect, test } from "vitest";
import { recordingLogger } from "../logger/recording-logger.ts";
import { renderError } from "../render-error.ts";
import { formatToml } from "../spec/schemas/toml.ts";
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
    formatToml({
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
  const { lines } = recording;
  if (typeof result === "string") return { result, log: lines };
  return { result: result.uri.endsWith("node.tar.gz") ? result.version : result.uri, log: lines };
}

const some = ["18.20.8", "22.1.0", "22.23.3", { version: "22.23.4", arch: "arm64" }, "23.0.0-rc.1", "24.21.0"];

test("the newest matching release is chosen, and the debug log shows why other releases are not", async () => {
  expect(await resolving("22.x", { dependencies: some, options: { source: "BP_NODE_VERSION" } })).toEqual({
    result: "22.23.3",
    log: [
      "Using Node.js 22.23.3: BP_NODE_VERSION requests 22.x",
      "    24.21.0      any        does not fit",
      "    23.0.0-rc.1  any        does not fit",
      "    22.23.4      any/arm64  for another system",
      "->  22.23.3      any        chosen",
      "    22.1.0       any        is older",
      "    18.20.8      any        does not fit",
    ],
  });
});

test("the log shows the chosen release and the reason for it", async () => {
  const log = recordingLogger();
  const inventory = readInventory(
    formatToml({
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
  expect(log.lines).toEqual(["Using node 22.23.3: .nvmrc requests 22.x"]);
});

test.for<[string, object]>([
  ["22.1.0", {}],
  ["v22.1.0", {}],
  ["=22.1.0", {}],
  ["==22.1.0", { scheme: "pep440" }],
])("the log lists no other releases if exactly %j is requested", async ([wanted, options]) => {
  const dependencies = ["18.20.8", "22.1.0", "22.23.3", "24.21.0"];
  expect(await resolving(wanted, { dependencies, options })).toEqual({
    result: "22.1.0",
    log: [`Using Node.js 22.1.0 for ${wanted}`],
  });
});

test("a preferred release is chosen over newer matching releases", async () => {
  const prefer = ({ version }: { readonly version: string }) => version.startsWith("22.");
  const options = { source: "engines.node", prefer };
  expect(await resolving(">=20", { dependencies: some, options })).toEqual({
    result: "22.23.3",
    log: [
      "Using Node.js 22.23.3: engines.node requests >=20",
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

test("the log shows only the nearest of many candidate releases", async () => {
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
  ["the newest release if neither a version is requested nor buildpack.toml has a default", undefined, {}, "24.21.0"],
  [
    "the default version of buildpack.toml if no version is requested",
    undefined,
    { defaults: { node: "22.*" } },
    "22.23.3",
  ],
  ['the default version if the request is "default"', "default", { defaults: { node: "18" } }, "18.20.8"],
  ["a pre-release if exactly this pre-release is requested", "23.0.0-rc.1", {}, "23.0.0-rc.1"],
  ["a pre-release if pre-releases are allowed", "23", { options: { prereleases: true } }, "23.0.0-rc.1"],
  [
    "the newest release for the platform rather than a newer release for another platform",
    "22",
    { target: { os: "linux", arch: "arm64" } },
    "22.23.4",
  ],
])("the chosen release is %s", async ([, wanted, given, expected]) => {
  expect((await resolving(wanted, { ...given, dependencies: some })).result).toBe(expected);
});

describe("the release chosen among several releases of one version is", () => {
  const general = { version: "1.0.0", uri: "https://x.test/general", stacks: ["*"] };
  const special = { version: "1.0.0", uri: "https://x.test/special" };
  test.for<[string, Record<string, unknown>, Omit<Inputs, "dependencies">, string]>([
    [
      "the release for the platform's distribution",
      { distros: [{ name: "ubuntu", version: "24.04" }] },
      { target: ubuntu },
      "special",
    ],
    [
      "the release for any version of the platform's distribution",
      { distros: [{ name: "ubuntu" }] },
      { target: ubuntu },
      "special",
    ],
    [
      "the general release if the other release is for another distribution",
      { distros: [{ name: "debian" }] },
      { target: ubuntu },
      "general",
    ],
    ["the general release if the platform's distribution is unknown", { distros: [{ name: "ubuntu" }] }, {}, "general"],
    [
      "the release for the stack of the platform's distribution",
      { stacks: ["io.buildpacks.stacks.noble.tiny"] },
      { target: ubuntu },
      "special",
    ],
    ["the release for the platform's stack", { stacks: ["acme"] }, { stack: "acme" }, "special"],
    [
      "the general release if the other release is for another stack",
      { stacks: ["io.buildpacks.stacks.jammy"] },
      { target: ubuntu },
      "general",
    ],
    [
      "the release for the platform's architecture variant",
      { arch: "arm", variant: "v7" },
      { target: { os: "linux", arch: "arm", variant: "v7" } },
      "special",
    ],
    [
      "the general release if the other release is for another architecture variant",
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
  ["no warning if the release is supported", "2027-04-30", "2027-03-30T12:00:00Z", []],
  [
    "a warning if its support ends in two days",
    "2027-04-30",
    "2027-04-28T12:00:00Z",
    ["Node.js 1.0.0 reaches its end of life on 2027-04-30, in 2 days. Move to a newer version."],
  ],
  [
    "a warning if its support ends tomorrow",
    "2027-04-30",
    "2027-04-29T12:00:00Z",
    ["Node.js 1.0.0 reaches its end of life on 2027-04-30, in 1 day. Move to a newer version."],
  ],
  [
    "a warning if its support has ended",
    "2026-04-30",
    "2026-04-30T00:00:00Z",
    ["Node.js 1.0.0 reached its end of life on 2026-04-30: it no longer gets fixes. Use a newer version."],
  ],
])("choosing a release logs %s", async ([, endOfLife, now, warnings]) => {
  const { log } = await resolving("1", { dependencies: [{ version: "1.0.0", "eol-date": endOfLife }], now });
  expect(log).toEqual(["Using Node.js 1.0.0 for 1", ...warnings]);
});

describe("the error about an unavailable version names", () => {
  test.for<[string, string | undefined, Inputs, string]>([
    [
      "the available versions and the source of the request",
      "^19.4",
      { dependencies: some, options: { source: "engines.node of package.json" } },
      `ERROR: engines.node of package.json requests Node.js ^19.4, which is not available for linux/amd64 (VERSION_UNAVAILABLE)
  caused by: available: 24.21.0, 23.0.0-rc.1, 22.23.3, 22.1.0, 18.20.8; the nearest is 22.1.0
HINT: Ask for one of these versions in engines.node of package.json.
`,
    ],
    [
      "the release line of an exact version",
      "22.1.9",
      { dependencies: some, options: { source: ".nvmrc" } },
      `ERROR: .nvmrc requests Node.js 22.1.9, which is not available for linux/amd64 (VERSION_UNAVAILABLE)
  caused by: available: 24.21.0, 23.0.0-rc.1, 22.23.3, 22.1.0, 18.20.8; the nearest is 22.23.3
HINT: Ask for 22.1 in .nvmrc: each build then uses the newest 22.1, now 22.1.0.
`,
    ],
    [
      "the nearest of many available versions",
      "99",
      { dependencies: Array.from({ length: 30 }, (_, index) => `${(index % 10) + 1}.0.${index}`) },
      `ERROR: there is no Node.js 99 for linux/amd64 (VERSION_UNAVAILABLE)
  caused by: available: 10.0.29, 9.0.28, 8.0.27, 7.0.26, 6.0.25, 5.0.24, 4.0.23, 3.0.22 and 22 more; the nearest is 10.0.29
HINT: Ask for one of these versions.
`,
    ],
    [
      "the platform without any release",
      "22",
      { dependencies: [{ version: "22.0.0", os: "linux", arch: "arm64" }], target: ubuntu },
      `ERROR: there is no Node.js 22 for linux/amd64 (ubuntu 24.04) (VERSION_UNAVAILABLE)
  caused by: there are only releases for linux/arm64
HINT: Build for another platform, or use a buildpack that has Node.js for linux/amd64 (ubuntu 24.04).
`,
    ],
    [
      "a request that is not a version range",
      "latest",
      { dependencies: some, options: { source: "BP_NODE_VERSION" } },
      `ERROR: BP_NODE_VERSION is "latest", which is not a version range (VERSION_RANGE_INVALID)
HINT: Write a version or a range such as "18.20.8" or "18.*".
`,
    ],
    [
      "the beginning of an overlong request",
      "1".concat(" || 1".repeat(200)),
      { dependencies: some, options: { source: "engines.node" } },
      `ERROR: engines.node is "${"1".concat(" || 1".repeat(200)).slice(0, 100)}…", which is not a version range (VERSION_RANGE_INVALID)
HINT: Write a version or a range such as "18.20.8" or "18.*".
`,
    ],
    [
      "an unknown dependency",
      "1",
      { id: "nod", dependencies: some },
      `ERROR: buildpack.toml has no dependency "nod" (DEPENDENCY_UNKNOWN)
  caused by: it declares node
HINT: Add [[metadata.dependencies]] with id = "nod", or correct the buildpack.
`,
    ],
    [
      "versions that do not match the version scheme",
      "21",
      { dependencies: ["21.0.12.1", "21.0.1", "1.8.0_472"] },
      `ERROR: buildpack.toml is not valid (DESCRIPTOR_INVALID)
  caused by: dependencies[0].version: "21.0.12.1" is not a valid version in the version scheme of the buildpack; dependencies[2].version: "1.8.0_472" is not a valid version in the version scheme of the buildpack
HINT: Correct buildpack.toml: 2 values are not valid.
`,
    ],
  ])("%s", async ([, wanted, given, expected]) => {
    expect((await resolving(wanted, given)).result).toBe(expected);
  });
});
