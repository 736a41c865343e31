import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkWorkspace, parseWorkspace, workspaceOf } from "./workspace.ts";

test.for([
  ["a name", "app", "/app"],
  ["a path", "/app", "/app"],
  ["a path with a trailing slash", "/my-app.1/", "/my-app.1"],
  ["the default name", "workspace", "/workspace"],
  ["a name of 255 characters", "a".repeat(255), `/${"a".repeat(255)}`],
] as const)("--workspace accepts %s", ([, text, dir]) => expect(parseWorkspace(text)).toBe(dir));

const shown = (text: string): string =>
  text.length > 40 ? `a name of ${text.length} characters` : JSON.stringify(text);

test.for([
  ...["", "/", ".", "..", "//app", "/srv/app", "app/..", "a:b", "a,b", "a b", "-app", "ä", "a".repeat(256)].map(
    (text) => [shown(text), text, "is not a directory directly below /"] as const,
  ),
  ...["cnb", "/layers", "platform", "proc", "sys", "dev", "/tmp/"].map(
    (text) => [shown(text), text, "is reserved for the build"] as const,
  ),
])("--workspace refuses the path %j", ([, text, why]) => {
  expect(() => parseWorkspace(text)).toThrow(
    expect.objectContaining({ code: "ARGUMENT_INVALID", message: `--workspace ${text} ${why}` }),
  );
});

test("a workspace that would cover a non-empty directory of the builder is refused", async () => {
  const rootfs = await mkdtemp(join(tmpdir(), "workspace-"));
  for (const name of ["usr/bin", "empty", "workspace"]) await mkdir(join(rootfs, name), { recursive: true });
  for (const name of ["file", "workspace/file"]) await writeFile(join(rootfs, name), "");
  for (const free of ["/app", "/empty", "/workspace"]) await checkWorkspace(rootfs, free);
  for (const taken of ["/usr", "/file"])
    await expect(checkWorkspace(rootfs, taken)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: `--workspace ${taken} would hide files of the builder`,
    });
  await rm(rootfs, { recursive: true });
});

test("the app of a build in a container is always in /workspace", () => {
  expect(workspaceOf({})).toBe("/workspace");
  expect(workspaceOf({ workspace: "app", backend: "docker" })).toBe("/app");
  expect(workspaceOf({ workspace: "/workspace", backend: "direct" })).toBe("/workspace");
  expect(() => workspaceOf({ workspace: "app", backend: "direct" })).toThrow(
    expect.objectContaining({ message: "--backend direct always builds in /workspace, not in --workspace app" }),
  );
});
