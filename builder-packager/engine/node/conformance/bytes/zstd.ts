import { Readable, type Transform } from "node:stream";
import zlib from "node:zlib";
import { report, reportLater } from "../report.ts";

const ZSTD = Buffer.from("KLUv/SALWQAAaGVsbG8gd29ybGQ=", "base64");

async function streamed(chunks: readonly Buffer[], through: Transform): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of Readable.from(chunks).pipe(through)) {
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString();
}

report("zstdDecompressSync", () => zlib.zstdDecompressSync(ZSTD).toString());
report("garbage", () => zlib.zstdDecompressSync(Buffer.from("garbagegarbage")));
report("damaged", () => {
  const damaged = Buffer.from(ZSTD);
  damaged[6] = 0x5f; // a block of the reserved type
  return zlib.zstdDecompressSync(damaged);
});
report("cut", () => zlib.zstdDecompressSync(ZSTD.subarray(0, -3)));
await reportLater("createZstdDecompress", () =>
  streamed(
    [...ZSTD].map((byte) => Buffer.from([byte])),
    zlib.createZstdDecompress(),
  ),
);
