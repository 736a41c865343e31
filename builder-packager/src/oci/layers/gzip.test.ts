// @needs processes
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gzip } from "./gzip.ts";

const text = Buffer.from(
  Array.from({ length: 400_000 }, (_, index) => `${index} ${(index * 7919) % 104729}\n`).join(""),
);
const inPieces = (bytes: Uint8Array, size: number) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("gzip decompression restores a compressed input of", () => {
  const mib = 1024 * 1024;
  test.for([0, 1, 511, mib - 1, mib, mib + 1, 2 * mib, 3 * mib + 12345])("%d bytes", async (length) => {
    const bytes = text.subarray(0, length);
    const compressed = await buffer(gzip(inPieces(bytes, 100_000)));
    expect(gunzipSync(compressed).equals(bytes)).toBe(true);
    expect(compressed.subarray(0, 10).toString("hex")).toBe("1f8b08000000000000ff");
    expect(spawnSync("gzip", ["-t"], { input: compressed }).status).toBe(0);
  });
});

test("gzip output does not depend on how the input is split into chunks", async () => {
  const whole = sha256(await buffer(gzip(Readable.from([text]))));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1000, max: 3_000_000 }), async (size) => {
      expect(sha256(await buffer(gzip(inPieces(text, size))))).toBe(whole);
    }),
    { numRuns: 5 },
  );
});

test("gzip output does not depend on the number of threads", async () => {
  const program = `
    import { gzip } from ${JSON.stringify(new URL("./gzip.ts", import.meta.url).href)};
    import { createHash } from "node:crypto";
    const hash = createHash("sha256");
    for await (const part of gzip(process.stdin)) hash.update(part);
    process.stdout.write(hash.digest("hex"));`;
  const sums = ["1", "2", "8"].map((threads) => {
    const env = { ...process.env, UV_THREADPOOL_SIZE: threads };
    return spawnSync(process.execPath, ["--input-type=module", "-e", program], { input: text, env, encoding: "utf8" })
      .stdout;
  });
  expect(sums).toEqual(Array(3).fill(sha256(await buffer(gzip(Readable.from([text]))))));
});

test("gzip compression fails with the error that reading its input failed with", async () => {
  async function* broken() {
    yield text;
    throw new Error("the disk is gone");
  }
  await expect(buffer(gzip(broken()))).rejects.toThrow("the disk is gone");
});
