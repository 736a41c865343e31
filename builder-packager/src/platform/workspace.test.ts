import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkWorkspace, parseWorkspace, workspaceOf } from "./workspace.ts";

test.for([
  ["app", "/app"],
  ["/app", "/app"],
  ["/my-app.1/", "/my-app.1"],
  ["workspace", "/workspace"],
  ["a".repeat(255), `/${"a".repeat(255)}`],
] as const)("the workspace %s", ([text, dir]) => expect(parseWorkspace(text)).toBe(dir));

test.for([
  ...["", "/", ".", "..", "//app", "/srv/app", "app/..", "a:b", "a,b", "a b", "-app", "ä", "a".repeat(256)].map(
    (text) => [text, "is not a folder directly below /"] as const,
  ),
  ...["cnb", "/layers", "platform", "proc", "sys", "dev", "/tmp/"].map(
    (text) => [text, "would cover what is the build's own"] as const,
  ),
])("the workspace %j is refused", ([text, why]) => {
  expect(() => parseWorkspace(text)).toThrow(
    expect.objectContaining({ code: "ARGUMENT_INVALID", message: `--workspace ${text} ${why}` }),
  );
});

test("the workspace does not cover a directory of the builder", async () => {
  const rootfs = await mkdtemp(join(tmpdir(), "workspace-"));
  for (const name of ["usr/bin", "empty", "workspace"]) await mkdir(join(rootfs, name), { recursive: true });
  for (const name of ["file", "workspace/file"]) await writeFile(join(rootfs, name), "");
  for (const free of ["/app", "/empty", "/workspace"]) await checkWorkspace(rootfs, free);
  for (const taken of ["/usr", "/file"])
    await expect(checkWorkspace(rootfs, taken)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: `--workspace ${taken} would cover what the builder has there`,
    });
  await rm(rootfs, { recursive: true });
});

test("inside a container, the app is in /workspace", () => {
  expect(workspaceOf({})).toBe("/workspace");
  expect(workspaceOf({ workspace: "app", backend: "docker" })).toBe("/app");
  expect(workspaceOf({ workspace: "/workspace", backend: "direct" })).toBe("/workspace");
  expect(() => workspaceOf({ workspace: "app", backend: "direct" })).toThrow(
    expect.objectContaining({ message: "--backend direct builds in /workspace, --workspace app is elsewhere" }),
  );
});
