import { expect, test } from "vitest";
import { isCertificate } from "./certificate.ts";
import { roots } from "./test-certificates.ts";

const [root = Buffer.alloc(0)] = roots;
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

test("every public CA certificate is recognized as a certificate", () => {
  expect(roots.filter((each) => !isCertificate(each))).toEqual([]);
});

test.for<[string, Buffer, boolean]>([
  ["the three parts of a certificate", hex("3009 3000 3000 0303 000000"), true],
  ["lengths in the long form", hex("308109 3000 3000 0303 000000"), true],
  ["no bytes", Buffer.alloc(0), false],
  ["a truncated certificate", root.subarray(0, -1), false],
  ["a certificate and more", Buffer.concat([root, Buffer.alloc(1)]), false],
  ["two certificates", Buffer.concat([root, root]), false],
  ["a sequence without parts", hex("3000"), false],
  ["a sequence of two parts", hex("3004 3000 3000"), false],
  ["a sequence of four parts", hex("300b 3000 3000 0303 000000 3000"), false],
  ["a sequence of other parts", hex("3009 3000 0303 000000 3000"), false],
  ["a set", hex("3109 3000 3000 0303 000000"), false],
  ["a part that is longer than the whole", hex("3009 3000 3000 0304 000000"), false],
  ["a length that is not stated", hex("3080 3000 3000 0303 000000 0000"), false],
  ["text", Buffer.from("hello"), false],
  ["64 KiB and more", Buffer.concat([hex("308300fffc 3000 3000 0383 00fff4"), Buffer.alloc(0xfff4)]), false],
])("only bytes with the structure of a certificate are recognized as one: %s", ([, bytes, expected]) =>
  expect(isCertificate(bytes)).toBe(expected),
);
