// @needs zstd
import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decompress } from "../../tar/compression.ts";
import { digestOf } from "../model/digest.ts";
import { zstd } from "./zstd.ts";

const mib = 1024 * 1024;
const text = Buffer.from(
  Array.from({ length: 900_000 }, (_, index) => `${index} ${(index * 7919) % 104729}\n`).join(""),
);

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const compressed = (bytes: Uint8Array, size = 100_000, level?: number) =>
  buffer(zstd(Readable.from(pieces(bytes, size)), level));

describe("libcnb and the zstd command decompress a zstd layer of cnb with", () => {
  test.for([0, 1, 511, 4 * mib - 1, 4 * mib, 4 * mib + 1, 8 * mib, 9 * mib + 12345])("%d bytes", async (length) => {
    const bytes = text.subarray(0, length);
    const blob = await compressed(bytes);
    expect(digestOf(await buffer(decompress(Readable.from([blob]))))).toBe(digestOf(bytes));
    const { status, stdout } = spawnSync("zstd", ["-dc"], { input: blob, maxBuffer: 1 << 26 });
    expect([status, digestOf(stdout)]).toEqual([0, digestOf(bytes)]);
  });
});

test("zstd output does not depend on how the input is split into chunks", async () => {
  const whole = digestOf(await compressed(text, text.length));
  const size = fc.integer({ min: 1000, max: 9_000_000 });
  await fc.assert(
    fc.asyncProperty(size, async (pieceSize) => {
      expect(digestOf(await compressed(text, pieceSize))).toBe(whole);
    }),
    { numRuns: 5 },
  );
});

test("a damaged zstd frame is detected by its checksum", async () => {
  const blob = await compressed(text.subarray(0, 5 * mib));
  blob[blob.length - 1] = (blob.at(-1) as number) ^ 1;
  await expect(buffer(decompress(Readable.from([blob])))).rejects.toMatchObject({ code: "TAR_INVALID" });
});

test("a higher zstd level gives smaller output", async () => {
  const [fast, small] = [await compressed(text, mib, 1), await compressed(text, mib, 9)];
  expect(small.length).toBeLessThan(fast.length);
});
