import nodeCrypto, {
  createHash,
  createHmac,
  getHashes,
  getRandomValues,
  Hash,
  Hmac,
  hash,
  randomBytes,
  randomFillSync,
  randomInt,
  randomUUID,
  subtle,
  timingSafeEqual,
  webcrypto,
} from "node:crypto";
import { report, reportLater, untyped } from "../report.ts";

/* The classes of node:crypto, its random bytes, and Web Crypto. */

const OTHERS: readonly unknown[] = [undefined, null, 5, {}, []];
const isSame = (name: string): boolean => Reflect.get(nodeCrypto, name) === Reflect.get(webcrypto, name);

report("the same objects", () => [
  nodeCrypto.createHash === createHash,
  nodeCrypto.subtle === subtle,
  subtle === webcrypto.subtle,
  webcrypto === globalThis.crypto,
  isSame("nothing"),
]);
report("Hash", () => [
  createHash("sha1") instanceof Hash,
  createHmac("sha1", "k") instanceof Hmac,
  untyped<unknown>(createHash("sha1")) instanceof Hmac,
]);
const HashClass = untyped<new (algorithm: string, options?: object) => ReturnType<typeof createHash>>(Hash);
const HmacClass = untyped<new (algorithm: string, key: string) => ReturnType<typeof createHmac>>(Hmac);
report("new Hash", () => new HashClass("sha256").update("a").digest("hex"));
report("new Hmac", () => new HmacClass("sha256", "key").update("a").digest("hex"));
report("Hash without new", () =>
  untyped<(algorithm: string) => ReturnType<typeof createHash>>(Hash)("md5").update("a").digest("hex"),
);
report("Hmac without new", () =>
  untyped<(algorithm: string, key: string) => ReturnType<typeof createHmac>>(Hmac)("md5", "k")
    .update("a")
    .digest("hex"),
);
for (const value of OTHERS) {
  report(`new Hash of ${JSON.stringify(value)}`, () => new HashClass(untyped(value)));
  report(`new Hmac of ${JSON.stringify(value)}`, () => new HmacClass(untyped(value), "k"));
  report(`createHmac with the key ${JSON.stringify(value)}`, () => createHmac("sha1", untyped(value)));
  report(`hash of ${JSON.stringify(value)}`, () => hash(untyped(value), "a"));
  report(`update with ${JSON.stringify(value)}`, () => createHmac("sha1", "k").update(untyped(value)));
  report(`timingSafeEqual of ${JSON.stringify(value)}`, () => timingSafeEqual(untyped(value), Buffer.from("a")));
  report(`timingSafeEqual with ${JSON.stringify(value)}`, () => timingSafeEqual(Buffer.from("a"), untyped(value)));
}
report("new Hash, unknown", () => new HashClass("nope"));
report("new Hmac, unknown", () => new HmacClass("nope", "k"));
report("createHash with options", () => [
  createHash("sha1", { outputLength: 20 }).update("a").digest("hex"),
  createHash("sha1", {}).update("a").digest("hex"),
  createHash("sha1", { highWaterMark: 5 }).update("a").digest("hex"),
]);
for (const outputLength of [5, 0, -1, "x", 1.5, null]) {
  report(`createHash with a length of ${outputLength}`, () =>
    createHash("sha256", { outputLength: untyped(outputLength) })
      .update("a")
      .digest("hex"),
  );
}
for (const encoding of [
  "hex",
  "base64",
  "base64url",
  "latin1",
  "binary",
  "utf8",
  "buffer",
  "BUFFER",
  "nope",
  5,
  null,
  "",
]) {
  report(`digest in ${encoding}`, () => createHash("sha1").update("a").digest(untyped(encoding)));
  report(`digest of an Hmac in ${encoding}`, () => createHmac("sha1", "k").update("a").digest(untyped(encoding)));
  report(`update in ${encoding}`, () => createHash("sha1").update("6162", untyped(encoding)).digest("hex"));
  report(`hash in ${encoding}`, () => hash("sha1", "a", untyped(encoding)));
}
report("hash with options", () => [
  hash("sha1", "a", { outputEncoding: "base64" }),
  hash("sha1", "a", {}),
  hash("sha1", new Uint16Array([1, 2])),
  hash("sha1", new DataView(new ArrayBuffer(2))),
]);
report("keys of an Hmac", () => [
  createHmac("sha1", new Uint8Array([1, 2])).digest("hex"),
  createHmac("sha1", untyped(new Uint8Array([1, 2]).buffer)).digest("hex"),
  createHmac("sha1", "").digest("hex"),
  createHmac("sha1", "0102", { encoding: "hex" }).digest("hex"),
]);
report("Hmac, finished", () => createHmac("sha1", "k").digest() && createHmac("sha1", "k").update("a").digest("hex"));
report("Hmac, update after the end", () => {
  const hmac = createHmac("sha1", "k");
  hmac.digest();
  return hmac.update("a");
});
report("update with an odd text in hex", () => createHash("sha1").update("abc", "hex"));
report("copy with options", () => createHash("sha1").update("a").copy({}).update("b").digest("hex"));

report("getHashes", () => {
  const names = getHashes();
  return [
    ["RSA-SHA256", "md5", "sha1", "sha256", "sha384", "sha512"].every((name) => names.includes(name)),
    names.every((name) => typeof createHash(name).update("a").digest("hex") === "string"),
    names.toSorted().every((name, index) => name === names[index]),
    getHashes() === names,
  ];
});

report("getRandomValues", () => {
  const bytes = new Uint8Array(64);
  const result = getRandomValues(bytes);
  return [
    result === bytes,
    bytes.some((byte) => byte !== 0),
    getRandomValues(new Uint32Array(2)).length,
    getRandomValues(new BigInt64Array(2)).length,
    getRandomValues(new Uint8Array(0)).length,
    webcrypto.getRandomValues(new Int16Array(3)).length,
  ];
});
for (const [name, target] of Object.entries({
  undefined,
  null: null,
  number: 5,
  list: [1],
  ArrayBuffer: new ArrayBuffer(2),
  DataView: new DataView(new ArrayBuffer(2)),
  Float32Array: new Float32Array(2),
  large: new Uint8Array(65_537),
})) {
  report(`getRandomValues of ${name}`, () => getRandomValues(untyped(target)));
}
report("randomFillSync", () => {
  const bytes = Buffer.alloc(16);
  const memory = new ArrayBuffer(8);
  const words = new Uint16Array(8);
  return [
    randomFillSync(bytes) === bytes,
    bytes.some((byte) => byte !== 0),
    untyped<unknown>(randomFillSync(untyped<Buffer>(memory))) === memory,
    new Uint8Array(memory).some((byte) => byte !== 0),
    [...randomFillSync(Buffer.alloc(8), 6).subarray(0, 6)],
    [...randomFillSync(Buffer.alloc(8), 2, 3).subarray(5)],
    [...randomFillSync(words, 6).subarray(0, 6)],
    [...randomFillSync(new Uint16Array(8), 1, 2).filter((_, index) => index === 0 || index > 2)],
    randomFillSync(new DataView(new ArrayBuffer(2))).byteLength,
    randomFillSync(Buffer.alloc(0)).length,
    randomFillSync(Buffer.alloc(3), 3).length,
    randomFillSync(Buffer.alloc(3), 0, 0).length,
  ];
});
for (const [target, offset, size] of [
  [undefined],
  ["text"],
  [[1, 2]],
  [Buffer.alloc(4), 5],
  [Buffer.alloc(4), -1],
  [Buffer.alloc(4), "1"],
  [Buffer.alloc(4), Number.NaN],
  [Buffer.alloc(4), 0, 5],
  [Buffer.alloc(4), 2, 3],
  [Buffer.alloc(4), 0, -1],
  [Buffer.alloc(4), 0, "1"],
  [Buffer.alloc(4), 0, 2 ** 40],
  [new Uint16Array(2), 3],
  [new Uint16Array(2), 0, 3],
] as const) {
  report(`randomFillSync of ${JSON.stringify(target)}, ${offset}, ${size}`, () =>
    randomFillSync(untyped<Buffer>(target), untyped(offset), untyped(size)),
  );
}
for (const size of [1.5, -1, 2 ** 31, 2 ** 53, Number.NaN, "5", undefined, null]) {
  report(`randomBytes of ${typeof size} ${size}`, () => randomBytes(untyped(size)).length);
}
report("randomBytes, bad callback", () => randomBytes(1, untyped(5)));
for (const args of [
  [],
  [0],
  [-5],
  [1.5],
  ["5"],
  [5, 5],
  [5, 1],
  [0, 2 ** 48],
  [2 ** 48 - 1],
  [2 ** 53],
  [1, undefined],
  [1, "2"],
  [1, 2, 5],
]) {
  report(
    `randomInt of ${JSON.stringify(args)}`,
    () => typeof untyped<(...args: unknown[]) => number>(randomInt)(...args),
  );
}
await reportLater(
  "randomInt later",
  () =>
    new Promise((resolve) => {
      randomInt(5, 6, (...results) => resolve(results));
    }),
);
await reportLater(
  "randomInt below, later",
  () =>
    new Promise((resolve) => {
      randomInt(1, (...results) => resolve(results));
    }),
);
report("randomUUID", () => [
  randomUUID({ disableEntropyCache: true }).length,
  new Set(Array.from({ length: 50 }, () => randomUUID())).size,
  /^[0-9a-f-]{36}$/.test(webcrypto.randomUUID()),
]);
for (const options of [null, 5, { disableEntropyCache: 1 }]) {
  report(`randomUUID with ${JSON.stringify(options)}`, () => randomUUID(untyped(options)).length);
}

for (const algorithm of ["SHA-1", "sha-256", { name: "SHA-384" }, { name: "sha-512" }] as const) {
  await reportLater(`digest by ${JSON.stringify(algorithm)}`, async () => [
    Buffer.from(await subtle.digest(algorithm, Buffer.from("abc"))).toString("hex"),
    Buffer.from(await subtle.digest(algorithm, new Uint8Array([1, 2]).buffer)).toString("hex"),
    Buffer.from(await subtle.digest(algorithm, new DataView(new ArrayBuffer(4), 1, 2))).toString("hex"),
    (await subtle.digest(algorithm, new Uint8Array(0))) instanceof ArrayBuffer,
  ]);
}
for (const algorithm of ["MD5", "SHA1", "", {}, { name: "MD5" }]) {
  await reportLater(`digest by ${JSON.stringify(algorithm)}`, () =>
    subtle.digest(untyped(algorithm), Buffer.from("a")),
  );
}
report("Web Crypto, shape", () => [
  Object.prototype.toString.call(webcrypto),
  Object.prototype.toString.call(subtle),
  typeof subtle.digest,
]);
