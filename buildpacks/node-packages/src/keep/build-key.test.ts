import { expect, test } from "vitest";
import { type BuildInputs, type BuildKey, buildKeyOf, whyBuilt } from "./build-key.ts";

const inputs: BuildInputs = {
  files: new Map([["src/app.ts", "file 644 1f"]]),
  scripts: ["build"],
  variables: {
    A: "1",
    CNB_BP_PLAN_PATH: "/tmp/1/plan",
    HOSTNAME: "a1",
    HOME: "/home/cnb",
    BP_NODE_ALWAYS_BUILD: "true",
  },
  bindings: new Map(),
  node: "v24.21.0",
  manager: "npm 11.6.0",
  target: { os: "linux", arch: "amd64", distro: { name: "debian", version: "13" } },
  environment: "production",
  buildImage: ["os"],
  buildpack: "0.1.0",
};
const key = buildKeyOf(inputs);

test.for<[string, Partial<BuildInputs>, readonly (keyof BuildKey)[]]>([
  ["other contents of a file", { files: new Map([["src/app.ts", "file 644 2e"]]) }, ["files"]],
  ["other permissions of a file", { files: new Map([["src/app.ts", "file 755 1f"]]) }, ["files"]],
  ["another file name", { files: new Map([["src/b.ts", "file 644 1f"]]) }, ["files"]],
  ["other scripts", { scripts: ["build", "css"] }, ["scripts"]],
  ["another value of an environment variable", { variables: { ...inputs.variables, A: "2" } }, ["variables"]],
  ["an empty environment variable", { variables: { ...inputs.variables, B: "" } }, ["variables"]],
  ["an unset environment variable", { variables: { ...inputs.variables, B: undefined } }, []],
  [
    "environment variables that differ in each build",
    { variables: { A: "1", CNB_BP_PLAN_PATH: "/tmp/2/plan", HOSTNAME: "b2", HOME: "/root" } },
    [],
  ],
  ["a binding", { bindings: new Map([["npmrc/.npmrc", "file 644 1f"]]) }, ["bindings"]],
  ["another Node.js", { node: "v22.23.3" }, ["node"]],
  ["another package manager", { manager: "npm 10.9.0" }, ["manager"]],
  ["another architecture", { target: { ...inputs.target, arch: "arm64" } }, ["target"]],
  ["another distribution", { target: { ...inputs.target, distro: { name: "debian", version: "12" } } }, ["target"]],
  ["another execution environment", { environment: "test" }, ["environment"]],
  ["another build image", { buildImage: ["other"] }, ["buildImage"]],
  ["another version of the buildpack", { buildpack: "0.2.0" }, ["buildpack"]],
])("the cache key of a build changes only in the affected fields for %s", ([, change, fields]) => {
  const other = buildKeyOf({ ...inputs, ...change });
  expect((Object.keys(key) as (keyof BuildKey)[]).filter((field) => key[field] !== other[field])).toEqual(fields);
});

test("the cache key of a build ignores the order of environment variables and does not contain the values of environment variables", () => {
  const one = buildKeyOf({ ...inputs, variables: { A: "s3cret", B: "2" } });
  expect(buildKeyOf({ ...inputs, variables: { B: "2", A: "s3cret" } })).toEqual(one);
  expect(JSON.stringify(one)).not.toContain("s3cret");
});

test("the logged reason for running the build scripts names changed files and inputs, and shows changed versions", () => {
  const changes = ["files", "node", "variables", "buildImage"].map((field) => ({ field, from: "a", to: "b" }));
  const reason = { kind: "metadata-changed", changes } as const;
  const rest = 'node changed from "a" to "b", environment variables of the build changed, the build image changed';
  expect(whyBuilt(reason, "src/app.ts changed")).toBe(`src/app.ts changed, ${rest}`);
  expect(whyBuilt(reason, "")).toBe(`the app's files changed, ${rest}`);
  expect(whyBuilt({ kind: "rejected", reason: "damaged" }, "")).toBe("cached layer was rejected: damaged");
});
