import { expect, test } from "vitest";
import { projectSource } from "./project-source.ts";
import { parseProject } from "./read-descriptor.ts";

test.for<readonly [string, object | undefined]>([
  [`name = "Shop"`, undefined],
  [`version = "1.2"`, { type: "project", version: { declared: "1.2" }, metadata: { url: "" } }],
  [
    `source-url = "https://user:s3cr3t@example.com/shop?a=b@c"`,
    { type: "project", version: { declared: "" }, metadata: { url: "https://example.com/shop?a=b@c" } },
  ],
])("the project source is recorded from [project] %s", ([text, source]) => {
  expect(projectSource(parseProject(`[_]\n${text}`, "project.toml"))).toEqual(source);
  expect(projectSource(parseProject(`[project]\n${text}`, "project.toml"))).toEqual(source);
});
