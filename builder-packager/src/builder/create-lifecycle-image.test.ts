import { expect, test } from "vitest";
import { lifecycleNamed } from "./create-lifecycle-image.ts";

test.each([
  [undefined, { version: "0.21.0" }],
  ["0.20.3", { version: "0.20.3" }],
  ["v0.21.0-rc.1", { version: "0.21.0-rc.1" }],
  ["lifecycle.tgz", { uri: "/project/lifecycle.tgz" }],
  ["./0.21.0", { uri: "/project/0.21.0" }],
  ["/archives/lifecycle.tgz", { uri: "/archives/lifecycle.tgz" }],
  ["https://example.com/lifecycle.tgz", { uri: "https://example.com/lifecycle.tgz" }],
  ["docker://example.com/lifecycle:1", { uri: "docker://example.com/lifecycle:1" }],
] as const)("the flag --lifecycle %s names the lifecycle %j", (name, source) => {
  expect(lifecycleNamed(name, "/project")).toEqual(source);
});
