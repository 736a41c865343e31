import { expect, test } from "vitest";
import { lifecycleNamed } from "./create-lifecycle-image.ts";

test("without the option --lifecycle, cnb selects the default version of the lifecycle", () => {
  expect(lifecycleNamed(undefined, "/project")).toEqual({ version: "0.21.0" });
});

test.each([
  ["0.20.3", { version: "0.20.3" }],
  ["v0.21.0-rc.1", { version: "0.21.0-rc.1" }],
  ["lifecycle.tgz", { uri: "/project/lifecycle.tgz" }],
  ["./0.21.0", { uri: "/project/0.21.0" }],
  ["/archives/lifecycle.tgz", { uri: "/archives/lifecycle.tgz" }],
  ["https://example.com/lifecycle.tgz", { uri: "https://example.com/lifecycle.tgz" }],
  ["docker://example.com/lifecycle:1", { uri: "docker://example.com/lifecycle:1" }],
] as const)("the option --lifecycle with the value %j selects the lifecycle %j", (name, source) => {
  expect(lifecycleNamed(name, "/project")).toEqual(source);
});
