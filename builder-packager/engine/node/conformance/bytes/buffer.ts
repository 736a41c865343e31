import buffer, {
  atob,
  Buffer,
  btoa,
  constants,
  INSPECT_MAX_BYTES,
  isAscii,
  isUtf8,
  kMaxLength,
  kStringMaxLength,
} from "node:buffer";
import { inspect } from "node:util";
import { report, untyped } from "../report.ts";

const bytes = Buffer.from([1, 2, 3, 0xff, 0x80, 0x7f, 0, 9, 10]);
const text = Buffer.from("äöü €uro 😀 text", "utf8");
const ENCODINGS = ["utf8", "latin1", "hex", "base64", "base64url", "utf16le", "ascii", "binary", "UCS-2"] as const;

for (const encoding of ENCODINGS) {
  report(`toString ${encoding}`, () => [bytes.toString(untyped(encoding)), text.toString(untyped(encoding), 3, 12)]);
  report(`from ${encoding}`, () => Buffer.from("4a4bÿ+/_-=ä", untyped(encoding)).toString("hex"));
  report(`byteLength ${encoding}`, () => Buffer.byteLength("abcdä€==", untyped(encoding)));
  report(`write ${encoding}`, () => {
    const target = Buffer.alloc(7);
    return [target.write("aaä€😀", untyped(encoding)), target.toString("hex")];
  });
  report(`isEncoding ${encoding}`, () => Buffer.isEncoding(encoding));
}
report("hex odd", () => ["abc", "zz", "ab zz", ""].map((hex) => Buffer.from(hex, "hex").toString("hex")));
report("base64 odd", () =>
  ["YQ", "YQ==", "Y Q = =", "YWI=YWI=", "_-+/", "Y", "=YQ"].map((part) => Buffer.from(part, "base64").toString("hex")),
);
report("surrogates", () => Buffer.from("a\ud800b\udc00", "utf8").toString("hex"));
report("unknown encoding", () => Buffer.from("a", untyped("nope")));
report("unknown toString", () => Buffer.from("a").toString(untyped("nope")));
report("from number", () => Buffer.from(untyped<string>(5)));
report("from null", () => Buffer.from(untyped<string>(null)));
report("from undefined", () => Buffer.from(untyped<string>(undefined)));
report("from function", () => Buffer.from(untyped<string>(() => 1)));
report("from object", () => Buffer.from(untyped<string>({ a: 1 })));
report("from array-like", () => Buffer.from(untyped<number[]>({ length: 2, 0: 257, 1: -1 })));
report("from string object", () => Buffer.from(new String("abc")).toString());
report("from toPrimitive", () => Buffer.from({ [Symbol.toPrimitive]: () => "abc" }).toString());
report("from JSON", () => Buffer.from(JSON.parse(JSON.stringify(bytes))).equals(bytes));
report("from ArrayBuffer", () => {
  const memory = new Uint8Array([1, 2, 3, 4]).buffer;
  const view = Buffer.from(memory, 1, 2);
  view[0] = 9;
  return [view.length, new Uint8Array(memory)[1], Buffer.from(memory, 4).length];
});
report("from ArrayBuffer offset", () => Buffer.from(new ArrayBuffer(2), 3));
report("from ArrayBuffer length", () => Buffer.from(new ArrayBuffer(2), 1, 5));
report("from Buffer copies", () => {
  const copy = Buffer.from(bytes);
  copy[0] = 77;
  return bytes[0];
});
report("alloc", () => [Buffer.alloc(3), Buffer.alloc(5, "ab"), Buffer.alloc(4, 7), Buffer.alloc(4, "YWI=", "base64")]);
report("alloc bad", () => Buffer.alloc(untyped("5")));
report("alloc negative", () => Buffer.alloc(-1));
report("alloc fill empty", () => Buffer.alloc(3, Buffer.alloc(0)));
report("concat", () => Buffer.concat([bytes, text]).length);
report("concat cut", () => Buffer.concat([bytes, text], 11).toString("hex"));
report("concat long", () => Buffer.concat([bytes], 12).toString("hex"));
report("concat bad", () => Buffer.concat(untyped([bytes, "a"])));
report("concat no list", () => Buffer.concat(untyped("a")));
report("compare", () => [
  Buffer.compare(bytes, text),
  bytes.compare(text, 1, 3, 0, 2),
  bytes.compare(bytes, 2, 1),
  Buffer.from("a").compare(Buffer.from("ab")),
]);
report("compare bad", () => bytes.compare(untyped("a")));
report("compare range", () => bytes.compare(bytes, 0, 100));
report("equals", () => [bytes.equals(Buffer.from(bytes)), bytes.equals(text), bytes.equals(new Uint8Array(bytes))]);
report("equals bad", () => bytes.equals(untyped("a")));
report("isBuffer", () => [Buffer.isBuffer(bytes), Buffer.isBuffer(new Uint8Array(1)), Buffer.isBuffer("")]);
report("indexOf", () => {
  const line = Buffer.from("this is a buffer, is it");
  return [
    line.indexOf("is"),
    line.indexOf("is", 3),
    line.indexOf("is", -5),
    line.indexOf("is", -500),
    line.indexOf("nope"),
    line.indexOf(""),
    line.indexOf("", 99),
    line.indexOf(0x73),
    line.indexOf(0x173, 4),
    line.indexOf(Buffer.from("buf")),
    line.indexOf("6275", "hex"),
    line.indexOf("is", undefined, "latin1"),
    line.lastIndexOf("is"),
    line.lastIndexOf("is", 10),
    line.lastIndexOf("is", -20),
    line.lastIndexOf("this", 0),
    line.lastIndexOf(0x73),
    line.lastIndexOf(0x73, 5),
    line.includes("buffer"),
    line.includes("buffer", 11),
  ];
});
report("indexOf utf16", () => Buffer.from("aabb", "utf16le").indexOf("b", 0, "utf16le"));
report("indexOf bad", () => bytes.indexOf(untyped({})));
report("subarray", () => [
  bytes.subarray(2, 4),
  bytes.subarray(-3),
  bytes.subarray(5, 2),
  bytes.subarray(untyped("1"), untyped("3")),
  bytes.slice(-100, 100).length,
  bytes.subarray().buffer === bytes.buffer,
]);
report("toString range", () => [
  text.toString("utf8", -3, 4),
  text.toString("utf8", 100),
  text.toString("utf8", 4, 1),
  text.toString("utf8", 0, 1000).length,
  text.toString(undefined, 2, 5),
]);
report("write", () => {
  const target = Buffer.alloc(10);
  return [
    target.write("abc", 2),
    target.write("€€€€", 0),
    target.write("abcdef", 1, 2),
    target.write("ff00", 4, "hex"),
    target.toString("hex"),
  ];
});
report("write bad offset", () => Buffer.alloc(2).write("a", 5));
report("write no text", () => Buffer.alloc(2).write(untyped(5)));
report("fill", () => {
  const target = Buffer.alloc(8);
  return [
    target.fill("abc").toString(),
    target.fill("é", 1, 6).toString("hex"),
    target.fill(300, 2, 4).toString("hex"),
    target.fill(Buffer.from([1, 2, 3])).toString("hex"),
    target.fill("0102", "hex").toString("hex"),
    target.fill("").toString("hex"),
  ];
});
report("fill bad", () => Buffer.alloc(3).fill("a", 5, 2));
report("fill range", () => Buffer.alloc(3).fill("a", 0, 9));
report("fill encoding", () => Buffer.alloc(3).fill("a", 0, 2, untyped("nope")));
report("copy", () => {
  const target = Buffer.alloc(6);
  return [
    bytes.copy(target),
    bytes.copy(target, 4),
    bytes.copy(target, 0, 3, 5),
    bytes.copy(target, 10),
    bytes.copy(target, 0, 5, 2),
    target.toString("hex"),
  ];
});
report("copy bad", () => bytes.copy(Buffer.alloc(3), -1));
report("copy source", () => bytes.copy(Buffer.alloc(3), 0, 100));
report("toJSON", () => bytes.toJSON());
report("swap", () => {
  const target = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]);
  return [
    target.swap16().toString("hex"),
    Buffer.from(target).swap32().toString("hex"),
    target.swap64().toString("hex"),
  ];
});
report("swap bad", () => Buffer.alloc(3).swap16());

const numbers = Buffer.from("fffefdfc0102030405060780", "hex");
for (const name of [
  "readUInt8",
  "readInt8",
  "readUInt16LE",
  "readUInt16BE",
  "readInt16LE",
  "readInt16BE",
  "readUInt32LE",
  "readUInt32BE",
  "readInt32LE",
  "readInt32BE",
  "readFloatLE",
  "readDoubleBE",
  "readBigUInt64LE",
  "readBigInt64BE",
  "readUint32LE",
] as const) {
  report(name, () => [numbers[name](0), numbers[name](1), numbers[name](3), numbers[name]()]);
  report(`${name} out of range`, () => numbers[name](12));
  report(`${name} fraction`, () => numbers[name](1.5));
  report(`${name} text`, () => numbers[name](untyped("1")));
  report(`${name} short`, () => Buffer.alloc(0)[name](0));
  report(`${name} negative`, () => numbers[name](-1));
}
for (const name of ["readUIntLE", "readUIntBE", "readIntLE", "readIntBE"] as const) {
  report(name, () => [1, 2, 3, 4, 5, 6].map((size) => [numbers[name](0, size), numbers[name](3, size)]));
  report(`${name} size`, () => numbers[name](0, 7));
  report(`${name} no size`, () => numbers[name](0, untyped(undefined)));
  report(`${name} no offset`, () => numbers[name](untyped(undefined), 2));
  report(`${name} range`, () => numbers[name](10, 6));
}
for (const [name, values] of [
  ["writeUInt8", [0, 255, 256, -1]],
  ["writeInt8", [-128, 127, 128]],
  ["writeUInt16LE", [0x1234, 65_536]],
  ["writeUInt16BE", [0x1234, -1]],
  ["writeInt16BE", [-2, 40_000]],
  ["writeUInt32LE", [0xdeadbeef, 2 ** 32]],
  ["writeInt32BE", [-5, 2 ** 31]],
  ["writeDoubleLE", [1.5]],
  ["writeFloatBE", [1.1]],
] as const) {
  for (const value of values) {
    report(`${name} ${value}`, () => {
      const target = Buffer.alloc(10);
      return [target[name](value, 1), target.toString("hex")];
    });
  }
  report(`${name} end`, () => Buffer.alloc(9)[name](1, 9));
}
report("writeBigInt64LE", () => {
  const target = Buffer.alloc(9);
  return [target.writeBigInt64LE(-2n, 1), target.writeBigUInt64BE(5n), target.toString("hex")];
});
report("writeBigInt64LE range", () => Buffer.alloc(9).writeBigInt64LE(2n ** 63n));
report("writeIntBE", () => {
  const target = Buffer.alloc(8);
  return [
    target.writeIntBE(-2, 0, 6),
    target.writeUIntLE(0x123456, 2, 3),
    target.writeIntLE(-3, 5, 3),
    target.toString("hex"),
  ];
});
report("writeUIntBE range", () => Buffer.alloc(8).writeUIntBE(0x1000000, 0, 3));
report("writeIntBE range", () => Buffer.alloc(8).writeIntBE(2 ** 47, 0, 6));

report("base64 texts", () => [btoa("aÿ"), atob("YWJj"), atob(" YW Jj "), atob("YQ=="), atob("YQ")]);
report("btoa bad", () => btoa("€"));
report("atob bad", () => atob("a*b="));
report("atob rest", () => atob("YWJjZ"));
report("isUtf8", () => [isUtf8(text), isUtf8(bytes), isAscii(Buffer.from("abc")), isAscii(text)]);
report("constants", () => [constants, kMaxLength, Object.keys(buffer).includes("Buffer")]);
report("species", () => [
  bytes.map((byte) => byte).constructor === Buffer,
  Buffer.isBuffer(bytes.filter(Boolean)),
  bytes instanceof Buffer,
  bytes instanceof Uint8Array,
  Object.prototype.toString.call(bytes),
]);
report("of", () => [Buffer.of(1, 2, 300), Buffer.copyBytesFrom(new Uint16Array([1, 2, 3]), 1, 1)]);
report("called without new", () => untyped<(value: string) => Buffer>(Buffer)("abc").toString());
report("slices", () => [
  untyped<{ utf8Slice(): string }>(text).utf8Slice(),
  untyped<{ hexSlice(a: number): string }>(bytes).hexSlice(2),
]);
report("template", () => `${text}`);
report("entries", () => [[...bytes.entries()].length, bytes.at(-1), bytes.length, bytes.join()]);
report("limits", () => [
  INSPECT_MAX_BYTES,
  kStringMaxLength,
  kStringMaxLength === constants.MAX_STRING_LENGTH,
  kMaxLength === constants.MAX_LENGTH,
  buffer.INSPECT_MAX_BYTES,
  inspect(Buffer.alloc(60, 7)),
  inspect(Buffer.alloc(50, 7)),
]);
for (const value of [undefined, "a", 5, new DataView(new ArrayBuffer(1))]) {
  report(`isUtf8 of ${value}`, () => isUtf8(untyped(value)));
  report(`isAscii of ${value}`, () => isAscii(untyped(value)));
}
report("isUtf8 of memory", () => [isUtf8(new ArrayBuffer(2)), isAscii(new Uint16Array([1, 200]))]);
