// @needs busybox, namespaces, root
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, pinnedNode, root } from "../../support/cnb.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** The error for a user whose home directory, the default location of the cache, is not writable. */
let world: TinyWorld;
beforeAll(async () => {
  world = await tinyWorld([shellScript("test/it", "true")]);
  await world.write("app", { file: "" });
  await mkdir(world.location("home"));
  await writeFile(world.location("file"), "");
}, 60_000);
afterAll(() => world?.remove());

/** Homes by what they are, and how they become it. */
const homes = {
  "on a read-only file system": ["home", 'mount -t tmpfs -o ro none "$HOME"'],
  "below a file": ["file/home", "true"],
} as const;

const commands = {
  build: () => [
    "build",
    `oci:${world.location("out")}`,
    "--path",
    world.location("app"),
    "--builder",
    image("builder"),
  ],
  run: () => ["run", image("run"), "--", "true"],
  inspect: () => ["inspect", image("run"), "--layers"],
  "cache prune": () => ["cache", "prune"],
} as const;
const image = (name: string): string => `oci:${world.location(`images/${name}`)}`;

const cases = Object.entries(homes).flatMap(([what, [home, prepare]]) =>
  Object.entries(commands).map(([name, args]) => [name, what, { home, prepare, args }] as const),
);

test.for(cases)("cnb %s with a home directory %s succeeds or fails with CACHE_UNWRITABLE", async (given) => {
  const [, , { home, prepare, args }] = given;
  const command = [pinnedNode, join(root, "builder-packager/bin/cnb.js"), ...args()];
  const { exitCode, stderr } = await execute(
    "unshare",
    ["-m", "sh", "-c", `${prepare} && exec "$@"`, "sh", ...command],
    {
      env: { PATH: process.env["PATH"], HOME: world.location(home) },
      timeout: 60_000,
    },
  );
  if (exitCode === 0) return;
  expect(stderr).toContain(
    `ERROR: the cache directory ${world.location(home)}/.cache/libcnb cannot be created or written\n`,
  );
  expect(stderr).toContain(
    "HINT: Set LIBCNB_CACHE_DIR to a directory that you can write to.\nCODE: CACHE_UNWRITABLE\n",
  );
  expect(exitCode).toBe(1);
});
