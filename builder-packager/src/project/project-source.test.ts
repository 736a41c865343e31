import { expect, test } from "vitest";
import { projectSource } from "./project-source.ts";
import { parseProject } from "./read-descriptor.ts";

test("a project descriptor with only a name in [project] has no project source", () => {
  expect(projectSource(parseProject(`[_]\nname = "Shop"`, "project.toml"))).toBeUndefined();
  expect(projectSource(parseProject(`[project]\nname = "Shop"`, "project.toml"))).toBeUndefined();
});

test.for<readonly [string, object]>([
  [`version = "1.2"`, { type: "project", version: { declared: "1.2" }, metadata: { url: "" } }],
  [
    `source-url = "https://user:s3cr3t@example.com/shop?a=b@c"`,
    { type: "project", version: { declared: "" }, metadata: { url: "https://example.com/shop?a=b@c" } },
  ],
])("the line %j in [project] is recorded as the project source %j", ([text, source]) => {
  expect(projectSource(parseProject(`[_]\n${text}`, "project.toml"))).toEqual(source);
  expect(projectSource(parseProject(`[project]\n${text}`, "project.toml"))).toEqual(source);
});
