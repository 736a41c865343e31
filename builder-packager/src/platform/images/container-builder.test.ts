import { expect, test } from "vitest";
import { apisOf, isInBuilder } from "./container-builder.ts";

const buildpacks = (newest: number) => Array.from({ length: newest - 6 }, (_, index) => `0.${index + 7}`);

test.for<[string, string, number]>([
  ["0.17.2", "0.12", 10],
  ["0.19.0", "0.13", 11],
  ["0.20.11", "0.14", 11],
  ["0.21.17", "0.15", 12],
  ["0.30.0", "0.15", 12],
  ["", "0.15", 12],
])(
  "the lifecycle of the version %j (empty if unknown) supports Platform API %s and Buildpack API 0.%i",
  ([version, platformApi, buildpackApi]) => {
    expect(apisOf(version)).toEqual({ platformApi, buildpackApis: buildpacks(buildpackApi) });
  },
);

test("an outdated lifecycle is reported with the required version", () => {
  expect(() => apisOf("0.16.0")).toThrow(
    "the lifecycle 0.16.0 of this container supports no Platform API that cnb supports",
  );
});

const files = ["/cnb/order.toml", "/cnb/lifecycle/launcher"];
const env = { CNB_USER_ID: "1000", CNB_GROUP_ID: "1001" };
test.for<[string, NodeJS.ProcessEnv, readonly string[], boolean]>([
  ["with the files and variables of a builder is recognized as a builder", env, files, true],
  ["of an app image is not recognized as a builder", {}, files.slice(1), false],
  ["of a builder without order.toml is not recognized as a builder", env, files.slice(1), false],
  ["without CNB_USER_ID is not recognized as a builder", { CNB_GROUP_ID: "1001" }, files, false],
  ["with user ID 0 is not recognized as a builder", { ...env, CNB_USER_ID: "0" }, files, false],
  ["with a user ID that is not a number is not recognized as a builder", { ...env, CNB_USER_ID: "cnb" }, files, false],
])("a container %s", ([, variables, there, expected]) => {
  expect(isInBuilder(variables, (path) => there.includes(path))).toBe(expected);
});
