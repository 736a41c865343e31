// @needs python3
import { execFileSync } from "node:child_process";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inTemporaryDirectory } from "../files/temporary-directory.ts";
import { bzip2Bytes } from "./bzip2.ts";

/** Compresses each part into a stream of its own. */
function compressed(parts: readonly Uint8Array[], level = 9): Buffer {
  const lengths = JSON.stringify(parts.map(({ length }) => length));
  const script = `import bz2, sys
for length in ${lengths}: sys.stdout.buffer.write(bz2.compress(sys.stdin.buffer.read(length), ${level}))`;
  return execFileSync("python3", ["-c", script], { input: Buffer.concat(parts), maxBuffer: 1e9 });
}

const decompressed = (bytes: Uint8Array): Promise<Buffer> =>
  inTemporaryDirectory(async (dir) => {
    await writeFile(join(dir, "file"), bytes);
    const file = await open(join(dir, "file"));
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bzip2Bytes(file)) chunks.push(chunk);
      return Buffer.concat(chunks);
    } finally {
      await file.close();
    }
  });

/** Bytes that look random, always the same. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (state * 48271) % 0x7fffffff;
    return state >> 8;
  });
}

const text = Buffer.from("the quick brown fox jumps over the lazy dog. ".repeat(30_000));

test.for<[string, readonly Uint8Array[], number]>([
  ["empty data", [new Uint8Array()], 9],
  ["one byte", [Buffer.from("a")], 9],
  [
    "runs of lengths around the format's limits",
    [Buffer.concat([3, 4, 5, 254, 255, 256, 259, 260].map((n) => Buffer.alloc(n + 1, n)))],
    9,
  ],
  ["a long run", [Buffer.alloc(3_000_000)], 9],
  ["all bytes", [Uint8Array.from({ length: 512 }, (_, index) => index)], 9],
  ["noise in several blocks", [noise(350_000)], 1],
  ["text in several blocks", [text], 1],
  ["several streams", [text, new Uint8Array(), noise(1000)], 5],
])("bzip2 decompression restores the original data, here %s", async ([, parts, level]) => {
  expect((await decompressed(compressed(parts, level))).equals(Buffer.concat(parts))).toBe(true);
});

const file = compressed([Buffer.concat([text.subarray(0, 5000), noise(2000)])]);

test("decompressing truncated or modified bzip2 data fails or returns the original data", async () => {
  const original = await decompressed(file);
  await fc.assert(
    fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, by, cut) => {
      const changed = cut ? file.subarray(0, at) : Buffer.from(file);
      if (!cut) changed[at] = (file[at] ?? 0) ^ by;
      const result = await decompressed(changed).catch((error: unknown) => error);
      // the bits after the end, and the size that blocks may have, do not matter to what comes out
      expect(result instanceof Error || original.equals(result as Buffer)).toBe(true);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test.for<[string, Buffer, string]>([
  [
    "other data after its end",
    Buffer.concat([file, Buffer.from("more")]),
    "the data does not begin with a bzip2 header",
  ],
  ["a missing end", file.subarray(0, -6), "the file ends too early"],
  [
    "an invalid level",
    Buffer.concat([Buffer.from("BZh0"), file.subarray(4)]),
    "the data does not begin with a bzip2 header",
  ],
  [
    "a wrong checksum",
    Buffer.concat([file.subarray(0, 10), Buffer.alloc(4), file.subarray(14)]),
    "the checksum of a bzip2 block is wrong",
  ],
])("bzip2 data with %s is reported", async ([, bytes, message]) => {
  await expect(decompressed(bytes)).rejects.toThrow(message);
});
