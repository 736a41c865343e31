import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnb } from "../../support/cnb.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** Builds whose cache may not be as large as what they put into it. */
let world: TinyWorld;
const build = `
mkdir -p large kept
busybox dd if=/dev/urandom of=large/noise bs=1024 count=2048 2>/dev/null
busybox dd if=/dev/urandom of=kept/noise bs=1024 count=1024 2>/dev/null
printf '[types]\\nlaunch = true\\n' > large.toml
printf '[types]\\nlaunch = true\\ncache = true\\n' > kept.toml
`;

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/large", build)]);
  await world.write("app", { "app.txt": "app" });
});
afterAll(() => world?.remove());

const outputs = (count: number) => Array.from({ length: count }, (_, index) => `oci:${world.location(`out/${index}`)}`);

async function spaceOf(cache: string): Promise<{ sizeBytes: number; limitBytes: number }> {
  const env = { PATH: process.env["PATH"], LIBCNB_CACHE_DIR: world.location(cache), LIBCNB_CACHE_SIZE: "6MB" };
  return JSON.parse((await cnb(["cache", "show", "--json"], { env, cwd: world.dir })).stdout);
}

test("consecutive builds keep the cache below its size limit", async () => {
  const options = { cache: "one", env: { LIBCNB_CACHE_SIZE: "6MB" } };
  for (const output of [...outputs(3), ...outputs(1)]) {
    const { exitCode, stderr } = await world.build(output, [], options);
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    const { sizeBytes, limitBytes } = await spaceOf("one");
    expect(limitBytes).toBe(6e6);
    expect(sizeBytes).toBeLessThanOrEqual(limitBytes);
  }
}, 60_000);

test("concurrent builds succeed even if no file fits into the cache size limit", async () => {
  const options = { cache: "several", env: { LIBCNB_CACHE_SIZE: "1kB" } };
  const outcomes = await Promise.all(outputs(3).map((output) => world.build(output, [], options)));
  expect(outcomes.map(({ exitCode, stderr }) => [exitCode, exitCode === 0 ? "" : stderr])).toEqual(
    Array(3).fill([0, ""]),
  );
  expect(await readdir(join(world.location("several"), "running"))).toEqual([]);
  await cnb(["cache", "prune"], {
    env: { PATH: process.env["PATH"], LIBCNB_CACHE_DIR: world.location("several"), LIBCNB_CACHE_SIZE: "1kB" },
    cwd: world.dir,
  });
  expect((await spaceOf("several")).sizeBytes).toBe(0);
}, 60_000);

test("an invalid cache size is refused before the build", async () => {
  const { exitCode, stdout, stderr } = await world.build(`oci:${world.location("none")}`, [], {
    env: { LIBCNB_CACHE_SIZE: "ten" },
  });
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 3,
    stdout: "",
    stderr:
      'ERROR: LIBCNB_CACHE_SIZE=ten is neither a positive size with a unit nor a positive share of at most 100%\nHINT: Set LIBCNB_CACHE_SIZE to a size with a unit such as 20GB, 20GiB or 500MB, to a share of the disk such as 50%, or to "unlimited".\nCODE: ARGUMENT_INVALID\n',
  });
});
