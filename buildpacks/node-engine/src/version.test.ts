import { describe, expect, test } from "vitest";
import type { Release } from "./inventory.ts";
import { chooseRelease, loserSentences, versionRequests, winnerSentence } from "./version.ts";

const release = (version: string): Release => ({
  distribution: "archive",
  version,
  arch: "amd64",
  path: "p",
  integrity: "sha256:00",
});
const releases = ["20.20.2", "24.18.0", "24.2.0", "22.23.1"].map(release);

describe("the requests for a version", () => {
  const plan = [{ range: "22", source: "acme/frontend" }];

  test.for<[string, Parameters<typeof versionRequests>[0], readonly string[]]>([
    [
      "rank the environment before package.json, other buildpacks and the default",
      { environment: "20", engines: "^24", plan, fallback: "24.x" },
      [
        "20 (BP_NODE_VERSION)",
        "^24 (package.json engines.node)",
        "22 (acme/frontend)",
        "24.x (the default of this buildpack)",
      ],
    ],
    [
      "fall back to the default",
      { environment: undefined, engines: undefined, plan: [], fallback: "24.x" },
      ["24.x (the default of this buildpack)"],
    ],
    [
      "leave out what is empty",
      { environment: "", engines: " ", plan, fallback: "24.x" },
      ["22 (acme/frontend)", "24.x (the default of this buildpack)"],
    ],
  ])("%s", ([, sources, expected]) => {
    expect(versionRequests(sources).map(({ range, source }) => `${range} (${source})`)).toEqual(expected);
  });

  test("are told: who won, and who did not", () => {
    const requests = versionRequests({ environment: undefined, engines: "^24", plan: [], fallback: "24.x" });
    expect(winnerSentence(release("24.18.0"), requests[0])).toBe(
      "Using Node.js 24.18.0: package.json engines.node asks for ^24",
    );
    expect(loserSentences(requests)).toEqual(["24.x from the default of this buildpack is not considered"]);
  });
});

describe("a release", () => {
  test.for<[string, string]>([
    ["24", "24.18.0"],
    ["v22", "22.23.1"],
    [">=20 <24", "22.23.1"],
    ["~24.2", "24.2.0"],
    ["20.20.2", "20.20.2"],
    ["*", "24.18.0"],
    ["^20 || ^22", "22.23.1"],
  ])("for %s is %s", ([range, version]) => {
    expect(chooseRelease(releases, { range, source: "BP_NODE_VERSION" }, "linux/amd64").version).toBe(version);
  });

  test.for<
    [string, { range: string; source: string }, readonly Release[], { code: string; message: string; hint: string }]
  >([
    [
      "of an unsupported line does not exist",
      { range: "^19.4", source: "package.json engines.node" },
      releases,
      {
        code: "NODE_VERSION_UNAVAILABLE",
        message: "package.json engines.node asks for Node.js ^19.4, which this buildpack does not have for linux/amd64",
        hint: "Available for linux/amd64: 24 (24.18.0), 24 (24.2.0), 22 (22.23.1), 20 (20.20.2). Change package.json engines.node, or set BP_NODE_VERSION.",
      },
    ],
    [
      "does not exist for a target without any",
      { range: "24", source: "BP_NODE_VERSION" },
      [],
      {
        code: "NODE_VERSION_UNAVAILABLE",
        message: "BP_NODE_VERSION asks for Node.js 24, which this buildpack does not have for linux/amd64",
        hint: "Available for linux/amd64: none. Change BP_NODE_VERSION.",
      },
    ],
    [
      "cannot be chosen by a word",
      { range: "newest", source: "BP_NODE_VERSION" },
      releases.slice(0, 1),
      {
        code: "NODE_VERSION_INVALID",
        message: 'BP_NODE_VERSION is "newest", which is not a version range',
        hint: 'Write a version range such as "24" or "^22.12". Available for linux/amd64: 20 (20.20.2).',
      },
    ],
  ])("%s", ([, request, from, error]) => {
    expect(thrown(() => chooseRelease(from, request, "linux/amd64"))).toMatchObject(error);
  });
});

function thrown(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
