import { afterAll, beforeAll, expect, test } from "vitest";
import { cnb } from "../../support/cnb.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

let world: TinyWorld;
const keep = `
test -d kept || mkdir kept
echo x > kept/file; busybox sleep 1
printf '[types]\\ncache = true\\nlaunch = true\\n' > kept.toml
`;

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/keep", keep)]);
  await world.write("app", { file: "" });
});
afterAll(() => world?.remove());

test("builds succeed while the cache is pruned repeatedly", async () => {
  const env = { PATH: process.env["PATH"], HOME: world.dir, LIBCNB_CACHE_DIR: world.location("cache") };
  let running = 3;
  const builds = [1, 2, 3].map((number) =>
    world.build(`oci:${world.location(`out/${number}`)}`).finally(() => {
      running--;
    }),
  );
  const prunings: number[] = [];
  while (running > 0)
    prunings.push((await cnb(["cache", "prune", "--unused-for", "0d"], { env, cwd: world.dir })).exitCode);
  expect(prunings.length).toBeGreaterThan(1);
  expect(new Set(prunings)).toEqual(new Set([0]));
  const outcomes = await Promise.all(builds);
  expect(outcomes.map(({ exitCode, stderr }) => [exitCode, exitCode === 0 ? "" : stderr])).toEqual(
    Array(3).fill([0, ""]),
  );
}, 60_000);
