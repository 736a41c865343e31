import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { constants, createDeflateRaw, createGzip, deflateRaw, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { report, reportLater } from "../report.ts";

/* Compressed bytes, which are the same as on Node.js: digests of layers depend on them. */

/** Bytes of a kind between text and noise, the same in each run. */
function data(length: number, alphabet: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 12_345;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    // words repeat at different distances
    const word = (state >>> 16) % 7 === 0 && at > 40_000 ? bytes[at - 40_000] : bytes[at - ((state >>> 20) % 97) - 1];
    bytes[at] = (state >>> 24) % 3 === 0 || word === undefined ? (state >>> 18) % alphabet : word;
  }
  return bytes;
}

const sha256 = (bytes: Uint8Array) => [bytes.length, createHash("sha256").update(bytes).digest("hex")];
const TEXT = data(200_000, 20);
const NOISE = data(150_000, 256);
const INPUTS = {
  text: TEXT,
  noise: NOISE,
  zeros: Buffer.alloc(300_000),
  short: TEXT.subarray(0, 3),
  none: TEXT.subarray(0, 0),
};

for (const [name, input] of Object.entries(INPUTS)) {
  for (const level of [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    report(`${name}, level ${level}`, () => sha256(deflateRawSync(input, { level })));
  }
  // with less memory, the zlib of Node.js has a larger hash table
  for (const memLevel of [8, 9]) {
    report(`${name}, memLevel ${memLevel}`, () => sha256(deflateSync(input, { memLevel })));
  }
  for (const strategy of [constants.Z_FILTERED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED]) {
    report(`${name}, strategy ${strategy}`, () => sha256(gzipSync(input, { strategy })));
  }
  for (const chunkSize of [64, 1000, 512 * 1024]) {
    report(`${name}, chunkSize ${chunkSize}`, () => sha256(gzipSync(input, { chunkSize, level: 1 })));
  }
}
for (const level of [1, 6, 9]) {
  const dictionary = TEXT.subarray(0, 32 * 1024);
  const finishFlush = constants.Z_SYNC_FLUSH;
  const later = promisify(deflateRaw) as (input: Buffer, options: object) => Promise<Buffer>;
  report(`dictionary, level ${level}`, () => sha256(deflateRawSync(TEXT, { level, dictionary })));
  report(`short dictionary, level ${level}`, () =>
    sha256(deflateSync(TEXT, { level, dictionary: dictionary.subarray(0, 2) })),
  );
  await reportLater(`block, level ${level}`, async () =>
    sha256(await later(TEXT, { level, memLevel: 9, chunkSize: 65_536, dictionary, finishFlush })),
  );
  await reportLater(`blocks at the same time, level ${level}`, async () => {
    const blocks = [TEXT, NOISE, TEXT.subarray(7), NOISE.subarray(9)];
    return (await Promise.all(blocks.map((block) => later(block, { level, finishFlush })))).map(sha256);
  });
}
await reportLater("streams", async () => {
  const chunks = [TEXT.subarray(0, 1), TEXT.subarray(1, 70_000), TEXT.subarray(70_000)];
  const through = [createGzip(), createGzip({ level: 9 }), createDeflateRaw({ dictionary: NOISE.subarray(0, 99) })];
  const all = through.map((each) => Readable.from(chunks).pipe(each).toArray());
  return (await Promise.all(all)).map((parts) => sha256(Buffer.concat(parts)));
});
