// @needs xz, zstd
import { spawnSync } from "node:child_process";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { decompress } from "./compression.ts";

const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => `line ${index}\n`).join(""));

function compressed(program: string, input: Uint8Array = content): Buffer {
  const { status, stdout, error } = spawnSync(program, ["-c"], { input, maxBuffer: 1 << 26 });
  if (status !== 0) throw error ?? new Error(`${program} failed`);
  return stdout;
}

/** In pieces, to make sure that no boundary matters. */
function pieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );
}

test.for(["gzip", "zstd"])("reading %s data that expands more than 200 times is refused", async (program) => {
  const member = compressed(program, Buffer.alloc(64 * 1024 ** 2));
  const bomb = decompress(Readable.from(Array.from({ length: 9 }, () => member)));
  let bytes = 0;
  const all = async () => {
    for await (const chunk of bomb) bytes += chunk.length;
  };
  await expect(all()).rejects.toMatchObject({
    code: "TAR_TOO_LARGE",
    message: `the ${program} data of the archive or layer grows more than 200 times when unpacked`,
  });
  expect(bytes).toBeLessThanOrEqual(512 * 1024 ** 2);
});

describe("compression is detected by the first bytes", () => {
  test.for(["gzip", "zstd", "xz", "cat"])("of data that the program %s writes", async (program) => {
    const bytes = program === "cat" ? content : compressed(program);
    expect((await buffer(decompress(pieces(bytes, 50_000)))).equals(content)).toBe(true);
  });

  test.for(["gzip", "zstd", "xz"])("of %s data that arrives byte by byte", async (program) => {
    const small = content.subarray(0, 3000);
    expect((await buffer(decompress(pieces(compressed(program, small), 1)))).equals(small)).toBe(true);
  });

  test.for(["gzip", "zstd"])("of %s data in several members", async (program) => {
    const bytes = Buffer.concat([compressed(program), compressed(program)]);
    expect((await buffer(decompress(pieces(bytes, 70_000)))).equals(Buffer.concat([content, content]))).toBe(true);
  });

  test("of zstd data with a skippable frame, as in zstd:chunked layers", async () => {
    const skippable = Buffer.from("502a4d1804000000deadbeef", "hex");
    const bytes = Buffer.concat([skippable, compressed("zstd"), skippable, compressed("zstd", Buffer.from("end"))]);
    expect((await buffer(decompress(pieces(bytes, 70_000)))).equals(Buffer.concat([content, Buffer.from("end")]))).toBe(
      true,
    );
  });

  test("of an empty stream", async () => {
    expect(await buffer(decompress(pieces(new Uint8Array(0), 1)))).toEqual(Buffer.alloc(0));
  });

  test("of a stream shorter than any magic number", async () => {
    expect(await buffer(decompress(pieces(Buffer.from([0x1f]), 1)))).toEqual(Buffer.from([0x1f]));
  });
});

describe("decompressing damaged data is an error", () => {
  test.for(["gzip", "zstd", "xz"])("if %s data is truncated", async (program) => {
    const bytes = compressed(program);
    const promise = buffer(decompress(pieces(bytes.subarray(0, bytes.length / 2), 9000)));
    await expect(promise).rejects.toThrow(`the ${program} data of the archive or layer is damaged or truncated`);
  });

  test.for(["gzip", "zstd", "xz"])("if %s data has changed bytes", async (program) => {
    const bytes = compressed(program);
    const middle = Math.floor(bytes.length / 2);
    bytes.fill(0x55, middle, middle + 50);
    await expect(buffer(decompress(pieces(bytes, 9000)))).rejects.toThrow(
      `the ${program} data of the archive or layer is damaged or truncated`,
    );
  });
});

test("decompression fails with the error that reading its input failed with", async () => {
  async function* broken() {
    yield compressed("gzip").subarray(0, 5000);
    throw new Error("the disk is gone");
  }
  await expect(buffer(decompress(broken()))).rejects.toThrow("the disk is gone");
});

test("a reader that stops early closes the input of decompression", async () => {
  let closed = false;
  async function* source() {
    try {
      for (;;) yield compressed("gzip");
    } finally {
      closed = true;
    }
  }
  for await (const _ of decompress(source())) break;
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(true);
});
