import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/**
 * Builds whose disk is full at one moment or another: they fail with words, and leave no image in part; with a little more room they
 * make the image of a build that nothing disturbed.
 */
let world: TinyWorld;
let digest: string;

const build = `
mkdir -p large kept
busybox dd if=/dev/urandom of=large/noise bs=1024 count=1024 2>/dev/null || { echo "no room for the layer" >&2; exit 1; }
rm large/noise; busybox seq 1 100000 > large/numbers || exit 1
cp -r large/numbers kept/
printf '[types]\\nlaunch = true\\n' > large.toml
printf '[types]\\nlaunch = true\\ncache = true\\n' > kept.toml
`;

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/large", build)]);
  await world.write("app", { "app.txt": "app" });
  const { exitCode, stdout, stderr } = await world.build(`oci:${world.location("undisturbed")}`);
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  digest = stdout.trim();
  await mkdir(world.location("out"));
});
afterAll(() => world?.remove());

const isRoot = process.getuid?.() === 0;
const all = process.env["LIBCNB_TEST_ALL"] === "1";
const range = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

interface Ended {
  readonly kib: number;
  readonly exitCode: number;
  readonly stdout: string;
  readonly code: string | undefined;
  readonly isFull: boolean;
  readonly files: readonly string[];
}

/** Builds on disks of several sizes; what is at the place afterwards. */
async function onDisks(at: string, sizes: readonly number[], outputOf: (kib: number) => string): Promise<Ended[]> {
  const all: Ended[] = [];
  for (const kib of sizes) {
    const { exitCode, stdout, stderr } = await world.buildOnDisk({ at, kib }, outputOf(kib));
    const lines = stderr.split("\n");
    all.push({
      kib,
      exitCode,
      stdout: stdout.trim(),
      code: lines.find((line) => line.startsWith("CODE: ")),
      isFull: /ENOSPC|no space left|no room|CACHE_FULL/i.test(stderr),
      files: lines.filter((line) => line.startsWith(world.location(at))),
    });
  }
  return all;
}

function expectWords(ended: readonly Ended[]): void {
  for (const { exitCode, stdout, code, isFull, kib } of ended)
    expect({ kib, exitCode: exitCode > 0, stdout, code, isFull }).toEqual(
      exitCode === 0
        ? { kib, exitCode: false, stdout: digest, code: undefined, isFull: expect.any(Boolean) }
        : { kib, exitCode: true, stdout: "", code: expect.stringMatching(/^CODE: (?!INTERNAL)/), isFull: true },
    );
  // the sizes are such that some fail and some do not
  expect(new Set(ended.map(({ exitCode }) => exitCode > 0))).toEqual(new Set([true, false]));
}

test.runIf(isRoot)("cnb build reports that the disk with the cache is full", { timeout: 600_000 }, async () => {
  const sizes = all ? [...range(1000, 24_000, 1000), 64_000] : [1000, 8000, 64_000];
  const ended = await onDisks("disk", sizes, (kib) => `oci:${world.location(`out/${kib}`)}`);
  expectWords(ended);
  for (const { kib, exitCode } of ended)
    expect([kib, existsSync(world.location(`out/${kib}`))]).toEqual([kib, exitCode === 0]);
});

test.runIf(isRoot)("cnb build reports that the disk with the output image is full", { timeout: 600_000 }, async () => {
  const sizes = all ? range(200, 4000, 200) : [400, 1000, 4000];
  for (const kind of ["oci", "docker-archive"]) {
    const ended = await onDisks("small", sizes, () => `${kind}:${world.location("small/image")}`);
    expectWords(ended);
    const left = ended.filter(({ exitCode }) => exitCode > 0).flatMap(({ files }) => files);
    expect({ kind, left }).toEqual({ kind, left: [] });
  }
});
