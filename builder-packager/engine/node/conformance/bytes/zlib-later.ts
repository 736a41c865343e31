import { Readable, type Transform } from "node:stream";
import { promisify } from "node:util";
import zlib, * as names from "node:zlib";
import { report, reportLater, untyped } from "../report.ts";

/* The functions of node:zlib that call back, the streams, and the options of all. */

const TEXT = "hello world, ".repeat(50);
/** The text as compressed by zlib: the engine's own output differs. */
const PACKED = {
  gunzip: Buffer.from("H4sIAAAAAAAAA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA==", "base64"),
  inflate: Buffer.from("eJzLSM3JyVcozy/KSQEAGgsEXQ==", "base64"),
  inflateRaw: Buffer.from("y0jNyclXKM8vykkBAA==", "base64"),
  unzip: Buffer.from("eJzLSM3JyVcozy/KSQEAGgsEXQ==", "base64"),
  zstdDecompress: Buffer.from("KLUv/SALWQAAaGVsbG8gd29ybGQ=", "base64"),
} as const;
type Decoder = keyof typeof PACKED;
const DECODERS = Object.keys(PACKED) as Decoder[];
/** Each compression and the function that reads its output. */
const ENCODERS = { gzip: "gunzip", deflate: "inflate", deflateRaw: "inflateRaw" } as const;
type Encoder = keyof typeof ENCODERS;

type Callback = (error: Error | null, result: Buffer) => void;
type Later = (input: unknown, ...rest: unknown[]) => void;
const later = (name: string): Later => untyped<Record<string, Later>>(zlib)[name] as Later;
const called = (name: string, ...args: unknown[]): Promise<unknown> =>
  new Promise((resolve) => {
    const callback: Callback = (error, result) => resolve(error ?? result);
    later(name)(...(args as [unknown]), callback);
  });

report("the same functions", () =>
  Object.keys(zlib).filter((name) => name in names && Reflect.get(zlib, name) !== Reflect.get(names, name)),
);
for (const name of DECODERS) {
  const packed = PACKED[name];
  await reportLater(name, async () => `${await called(name, packed)}`);
  await reportLater(`${name} with options`, async () => `${await called(name, packed, { maxOutputLength: 100 })}`);
  await reportLater(
    `${name} of a view`,
    async () => `${await called(name, new DataView(packed.buffer, packed.byteOffset, packed.length))}`,
  );
  await reportLater(`${name} of memory`, async () => `${await called(name, new Uint8Array(packed).buffer)}`);
  await reportLater(`${name} of garbage`, () => called(name, Buffer.from("garbage, garbage")));
  await reportLater(`${name}, cut`, () => called(name, packed.subarray(0, -3)));
  await reportLater(`${name} of nothing`, () => called(name, Buffer.alloc(0)));
  await reportLater(`${name}, too large`, () => called(name, packed, { maxOutputLength: 5 }));
  await reportLater(
    `${name}, promisified`,
    async () => `${await promisify(untyped<(input: Buffer, callback: Callback) => void>(later(name)))(packed)}`,
  );
  for (const input of [undefined, null, 5, {}, []]) {
    report(`${name} of ${JSON.stringify(input)}`, () => later(name)(input, () => {}));
  }
  report(`${name} without a callback`, () => later(name)(packed));
  report(`${name} with a bad callback`, () => later(name)(packed, {}, 5));
}
for (const name of Object.keys(ENCODERS) as Encoder[]) {
  const decode = ENCODERS[name];
  const round = async (input: unknown, ...rest: unknown[]) => {
    const packed = untyped<Buffer>(await called(name, input, ...rest));
    return [Buffer.isBuffer(packed), `${await called(decode, packed)}`.length];
  };
  await reportLater(name, () => round(TEXT));
  await reportLater(`${name} of bytes`, () => round(new Uint16Array([1, 2, 3])));
  await reportLater(`${name} with a level`, () => round(TEXT, { level: 9 }));
  await reportLater(`${name} without compression`, () => round(TEXT, { level: 0 }));
  await reportLater(`${name} of nothing`, () => round(""));
  report(`${name} of undefined`, () => later(name)(undefined, () => {}));
  report(`${name} without a callback`, () => later(name)(TEXT));
}
for (const options of [
  { level: 99 },
  { level: -2 },
  { level: "x" },
  { level: Number.NaN },
  { windowBits: 99 },
  { windowBits: "x" },
  { memLevel: 0 },
  { memLevel: 10 },
  { strategy: 9 },
  { strategy: "x" },
  { chunkSize: 1 },
  { chunkSize: "x" },
  { flush: 99 },
  { finishFlush: 99 },
  { finishFlush: "x" },
  { maxOutputLength: 0 },
  { maxOutputLength: "x" },
  { dictionary: 5 },
]) {
  const shown = JSON.stringify(options);
  report(`gzipSync with ${shown}`, () => Buffer.isBuffer(zlib.gzipSync("a", untyped(options))));
  report(`gunzipSync with ${shown}`, () => zlib.gunzipSync(PACKED.gunzip, untyped(options)).toString());
  report(`createGzip with ${shown}`, () => zlib.createGzip(untyped(options)).constructor.name);
  report(`createInflate with ${shown}`, () => zlib.createInflate(untyped(options)).constructor.name);
  report(`gzip with ${shown}`, () => later("gzip")("a", options, () => {}));
}
for (const options of [
  { windowBits: 15 },
  { memLevel: 5 },
  { strategy: zlib.constants.Z_HUFFMAN_ONLY },
  { chunkSize: 100 },
  { flush: zlib.constants.Z_SYNC_FLUSH },
  { finishFlush: zlib.constants.Z_SYNC_FLUSH },
  { level: zlib.constants.Z_BEST_COMPRESSION },
  { maxOutputLength: 1000 },
  undefined,
  null,
]) {
  report(`round trip with ${JSON.stringify(options)}`, () => [
    zlib.inflateSync(zlib.deflateSync(TEXT, untyped(options))).length,
    zlib.inflateSync(PACKED.inflate, untyped(options)).toString(),
  ]);
}

async function streamed(chunks: readonly (Buffer | string)[], through: Transform): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of Readable.from(chunks).pipe(through)) {
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

const CREATE_DECODERS = {
  gunzip: zlib.createGunzip,
  inflate: zlib.createInflate,
  inflateRaw: zlib.createInflateRaw,
  unzip: zlib.createUnzip,
  zstdDecompress: zlib.createZstdDecompress,
} as const;
for (const name of DECODERS) {
  const create = CREATE_DECODERS[name] as (options?: zlib.ZlibOptions) => Transform;
  const bytes = [...PACKED[name]].map((byte) => Buffer.from([byte]));
  await reportLater(`stream ${name}`, async () => `${await streamed([PACKED[name]], create())}`);
  await reportLater(`stream ${name}, byte by byte`, async () => `${await streamed(bytes, create())}`);
  await reportLater(`stream ${name}, cut`, () => streamed(bytes.slice(0, -3), create()));
  await reportLater(
    `stream ${name}, cut and tolerant`,
    async () =>
      `${await streamed(bytes.slice(0, -3), create(name === "zstdDecompress" ? undefined : { finishFlush: zlib.constants.Z_SYNC_FLUSH }))}`,
  );
  await reportLater(`stream ${name}, garbage`, () => streamed([Buffer.from("garbage, garbage")], create()));
  await reportLater(`stream ${name}, nothing`, async () => `${await streamed([], create())}`);
}
for (const [name, create, decode] of [
  ["gzip", zlib.createGzip, zlib.gunzipSync],
  ["deflate", zlib.createDeflate, zlib.inflateSync],
  ["deflateRaw", zlib.createDeflateRaw, zlib.inflateRawSync],
] as const) {
  await reportLater(`stream ${name}`, async () => {
    const stream = create({ level: 5 });
    const packed = await streamed([TEXT, Buffer.from(TEXT), "x"], stream);
    return [decode(packed).length, stream.bytesWritten];
  });
  await reportLater(`stream ${name}, nothing`, async () => decode(await streamed([], create())).length);
}
await reportLater("stream, flush", async () => {
  const stream = zlib.createGzip();
  const seen: unknown[] = [];
  stream.on("data", (chunk) => seen.push(chunk.length > 0));
  stream.write("some text");
  await new Promise<void>((resolve) => stream.flush(resolve));
  seen.push("flushed");
  stream.end();
  await new Promise((resolve) => stream.on("close", resolve));
  return [seen.includes(true), seen.indexOf("flushed") > 0];
});
await reportLater("stream, close", async () => {
  const stream = zlib.createGunzip();
  const seen: unknown[] = [];
  stream.on("close", () => seen.push("event"));
  await new Promise<void>((resolve) => stream.close(resolve));
  return [seen, stream.destroyed];
});
await reportLater("stream, reset", async () => {
  const stream = zlib.createInflate();
  stream.reset();
  return `${await streamed([PACKED.inflate], stream)}`;
});
report("stream, class", () => [
  zlib.createGzip().constructor.name,
  zlib.createUnzip().constructor.name,
  zlib.createZstdDecompress().constructor.name,
]);
report("constants", () => {
  const { Z_SYNC_FLUSH, Z_FINISH, Z_DATA_ERROR, Z_MAX_LEVEL, GUNZIP, Z_DEFAULT_CHUNK } = zlib.constants;
  return [Z_SYNC_FLUSH, Z_FINISH, Z_DATA_ERROR, Z_MAX_LEVEL, untyped<number>(GUNZIP), Z_DEFAULT_CHUNK];
});
report("constants of zlib", () => Object.entries(zlib.constants).filter(([name]) => !/BROTLI|ZSTD/.test(name)));
