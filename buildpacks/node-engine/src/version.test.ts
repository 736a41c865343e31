import { expect, test } from "vitest";
import { loserSentences, versionRequests } from "./version.ts";

const plan = [{ range: "22", source: "acme/frontend" }];

test.for<[string, Parameters<typeof versionRequests>[0], readonly string[]]>([
  [
    "rank the environment before package.json and other buildpacks",
    { environment: "20", engines: "^24", plan },
    ["20 (BP_NODE_VERSION)", "^24 (package.json engines.node)", "22 (acme/frontend)"],
  ],
  ["may be none", { environment: undefined, engines: undefined, plan: [] }, []],
  ["leave out what is empty", { environment: "", engines: " ", plan }, ["22 (acme/frontend)"]],
])("the requests for a version %s", ([, sources, expected]) => {
  expect(versionRequests(sources).map(({ range, source }) => `${range} (${source})`)).toEqual(expected);
});

test("of the requests those that have no effect are told", () => {
  const requests = versionRequests({ environment: undefined, engines: "^24", plan });
  expect(loserSentences(requests)).toEqual(["22 from acme/frontend is not considered"]);
});
