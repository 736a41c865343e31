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
  ["the contents of a file", { files: new Map([["src/app.ts", "file 644 2e"]]) }, ["files"]],
  ["the permissions of a file", { files: new Map([["src/app.ts", "file 755 1f"]]) }, ["files"]],
  ["the name of a file", { files: new Map([["src/b.ts", "file 644 1f"]]) }, ["files"]],
  ["scripts", { scripts: ["build", "css"] }, ["scripts"]],
  ["a variable", { variables: { ...inputs.variables, A: "2" } }, ["variables"]],
  ["an empty variable", { variables: { ...inputs.variables, B: "" } }, ["variables"]],
  ["an unset variable", { variables: { ...inputs.variables, B: undefined } }, []],
  [
    "what the platform makes anew for each build",
    { variables: { A: "1", CNB_BP_PLAN_PATH: "/tmp/2/plan", HOSTNAME: "b2", HOME: "/root" } },
    [],
  ],
  ["a binding", { bindings: new Map([["npmrc/.npmrc", "file 644 1f"]]) }, ["bindings"]],
  ["Node.js", { node: "v22.23.3" }, ["node"]],
  ["the package manager", { manager: "npm 10.9.0" }, ["manager"]],
  ["the architecture", { target: { ...inputs.target, arch: "arm64" } }, ["target"]],
  ["the distribution", { target: { ...inputs.target, distro: { name: "debian", version: "12" } } }, ["target"]],
  ["the environment", { environment: "test" }, ["environment"]],
  ["the build image", { buildImage: ["other"] }, ["buildImage"]],
  ["this buildpack", { buildpack: "0.2.0" }, ["buildpack"]],
])("the build key with %s differs in exactly the expected fields", ([, change, fields]) => {
  const other = buildKeyOf({ ...inputs, ...change });
  expect((Object.keys(key) as (keyof BuildKey)[]).filter((field) => key[field] !== other[field])).toEqual(fields);
});

test("the build key ignores the order of variables and hides their values", () => {
  const one = buildKeyOf({ ...inputs, variables: { A: "s3cret", B: "2" } });
  expect(buildKeyOf({ ...inputs, variables: { B: "2", A: "s3cret" } })).toEqual(one);
  expect(JSON.stringify(one)).not.toContain("s3cret");
});

test("the build key shows names of digests, names of files, and versions", () => {
  const changes = ["files", "node", "variables", "buildImage"].map((field) => ({ field, from: "a", to: "b" }));
  const reason = { kind: "metadata-changed", changes } as const;
  const rest = 'node changed from "a" to "b", variables of the build changed, the build image changed';
  expect(whyBuilt(reason, "src/app.ts changed")).toBe(`src/app.ts changed, ${rest}`);
  expect(whyBuilt(reason, "")).toBe(`files of the app changed, ${rest}`);
  expect(whyBuilt({ kind: "rejected", reason: "damaged" }, "")).toBe("cached layer was rejected: damaged");
});
