import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { appMounts } from "./app-mounts.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "app-mounts-"));
  for (const name of ["db", "cnb"]) {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, "type"), "postgresql");
  }
});
afterAll(() => rmSync(dir, { recursive: true }));

const mountsWith = (env: Readonly<Record<string, string>>, name: string) =>
  appMounts(
    { bindings: [join(dir, name)] },
    { command: ["a"], env, cwd: "/home/app", uid: process.getuid?.() ?? 0, gid: 0 },
  );

test.for<readonly [string, string | undefined, string, string]>([
  ["/platform/bindings if SERVICE_BINDING_ROOT is not set", undefined, "/platform/bindings", "/platform/bindings/db"],
  ["/platform/bindings if SERVICE_BINDING_ROOT is empty", "", "/platform/bindings", "/platform/bindings/db"],
  ["the absolute path in SERVICE_BINDING_ROOT", "/bindings", "/bindings", "/bindings/db"],
  ["the root directory if SERVICE_BINDING_ROOT is /", "/", "/", "/db"],
  ["the working directory if SERVICE_BINDING_ROOT is a relative path", "below", "below", "/home/app/below/db"],
  [
    "the root directory if SERVICE_BINDING_ROOT is a relative path that leads above the root",
    "../../../../srv",
    "../../../../srv",
    "/srv/db",
  ],
  [
    "the resolved path if SERVICE_BINDING_ROOT is a path with ..",
    "/absent/../../../srv/",
    "/absent/../../../srv/",
    "/srv/db",
  ],
])("the service bindings of an app are mounted below %s", async ([, root, reported, target]) => {
  const { mounts, env } = await mountsWith(root === undefined ? {} : { SERVICE_BINDING_ROOT: root }, "db");
  expect({ mounts, env }).toEqual({
    mounts: [{ source: join(dir, "db"), target, readonly: true }],
    env: { SERVICE_BINDING_ROOT: reported },
  });
});

test.for<readonly [string, string, string, string]>([
  ["/proc", "db", "/proc/db", "/proc"],
  ["/x/../dev/shm", "db", "/dev/shm/db", "/dev"],
  ["/cnb", "db", "/cnb/db", "/cnb"],
  ["/", "cnb", "/cnb", "/cnb"],
])(
  'SERVICE_BINDING_ROOT="%s" with the binding "%s" is refused because the mount covers a path that the app needs',
  async ([root, name, target, taken]) => {
    await expect(mountsWith({ SERVICE_BINDING_ROOT: root }, name)).rejects.toMatchObject({
      code: "BINDING_INVALID",
      message: `a service binding cannot be mounted at ${target}: it would hide ${taken}, which the app needs`,
      hint: "Set another path with --env SERVICE_BINDING_ROOT=/bindings.",
    });
  },
);
