import { Readable, type Transform } from "node:stream";
import zlib from "node:zlib";
import { report, reportLater, untyped } from "../report.ts";

/** The texts as compressed by zlib, because the engine's output differs. */
const GZIP = Buffer.from("H4sIAAAAAAAAA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA==", "base64");
const DEFLATE = Buffer.from("eJzLSM3JyVcozy/KSQEAGgsEXQ==", "base64");
const RAW = Buffer.from("y0jNyclXKM8vykkBAA==", "base64");
const LONG = "hello world, ".repeat(20_000);

report("gunzipSync", () => zlib.gunzipSync(GZIP).toString());
report("inflateSync", () => zlib.inflateSync(DEFLATE).toString());
report("inflateRawSync", () => zlib.inflateRawSync(RAW).toString());
report("unzipSync", () => [zlib.unzipSync(GZIP).toString(), zlib.unzipSync(DEFLATE).toString()]);
report("round", () => [
  zlib.gunzipSync(zlib.gzipSync(LONG)).toString() === LONG,
  zlib.gunzipSync(zlib.gzipSync(LONG, { level: 9 })).length,
  zlib.inflateSync(zlib.deflateSync(LONG)).length,
  zlib.inflateRawSync(zlib.deflateRawSync(Buffer.from(LONG))).length,
  zlib.gunzipSync(zlib.gzipSync("")).length,
  [...zlib.gzipSync("a").subarray(0, 10)],
]);
report("members", () => zlib.gunzipSync(Buffer.concat([GZIP, GZIP])).toString());
report("padding", () => zlib.gunzipSync(Buffer.concat([GZIP, Buffer.from([0, 0, 1])])).toString());
report("garbage after", () => zlib.gunzipSync(Buffer.concat([GZIP, Buffer.from([1, 0, 1])])));
report("inflate, bytes after", () => zlib.inflateSync(Buffer.concat([DEFLATE, GZIP])).toString());
report("garbage", () => zlib.gunzipSync(Buffer.from("garbage")));
report("cut", () => zlib.gunzipSync(GZIP.subarray(0, 15)));
report("cut at end", () => zlib.gunzipSync(GZIP.subarray(0, -3)));
report("cut, tolerant", () =>
  zlib.gunzipSync(GZIP.subarray(0, -3), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString(),
);
report("nothing", () => zlib.gunzipSync(Buffer.alloc(0)));
report("raw garbage", () => zlib.inflateRawSync(Buffer.from([255, 255, 255])));
report("inflate garbage", () => zlib.inflateSync(Buffer.from("zz")));
report("wrong checksum", () => {
  const wrong = Buffer.from(GZIP);
  wrong[GZIP.length - 5] = 1;
  return zlib.gunzipSync(wrong);
});
report("wrong length", () => {
  const wrong = Buffer.from(GZIP);
  wrong[GZIP.length - 1] = 1;
  return zlib.gunzipSync(wrong);
});
report("maxOutputLength", () => zlib.gunzipSync(zlib.gzipSync(LONG), { maxOutputLength: 100 }));
report("bad input", () => zlib.gunzipSync(untyped(5)));
report("bad level", () => zlib.gzipSync("a", { level: 99 }));
report("crc32", () => [zlib.crc32("hello"), zlib.crc32(Buffer.from("lo"), zlib.crc32("hel")), zlib.crc32("")]);
report("crc32 bad", () => zlib.crc32(untyped(5)));
report("crc32 bad value", () => zlib.crc32("a", -1));
await reportLater(
  "callback",
  () =>
    new Promise((resolve) => {
      zlib.gunzip(GZIP, (error, result) => resolve([error, result.toString()]));
    }),
);
await reportLater(
  "callback, error",
  () =>
    new Promise((resolve) => {
      zlib.gunzip(Buffer.from("x"), resolve);
    }),
);

async function streamed(chunks: readonly Buffer[], through: Transform): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of Readable.from(chunks).pipe(through)) {
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString();
}

const single = (bytes: Buffer): Buffer[] => [...bytes].map((byte) => Buffer.from([byte]));

await reportLater("createGunzip", () => streamed([GZIP], zlib.createGunzip()));
await reportLater("createGunzip, byte by byte", () =>
  streamed(single(Buffer.concat([GZIP, GZIP])), zlib.createGunzip()),
);
await reportLater("createUnzip, byte by byte", () => streamed(single(DEFLATE), zlib.createUnzip()));
await reportLater("createInflateRaw", () => streamed(single(RAW), zlib.createInflateRaw()));
await reportLater("createGzip", async () => {
  const packed = zlib.createGzip();
  const unpacked = zlib.createGunzip();
  const parts: Buffer[] = [];
  const read = (async () => {
    for await (const chunk of packed.pipe(unpacked)) {
      parts.push(chunk);
    }
  })();
  for (let start = 0; start < LONG.length; start += 50_000) {
    packed.write(LONG.slice(start, start + 50_000));
  }
  packed.end();
  await read;
  return [Buffer.concat(parts).toString() === LONG, packed.bytesWritten];
});
await reportLater("stream, cut", () => streamed([GZIP.subarray(0, 20)], zlib.createGunzip()));
await reportLater("stream, garbage", () => streamed([Buffer.from("garbage")], zlib.createGunzip()));
await reportLater("stream, nothing", () => streamed([], zlib.createGunzip()));
