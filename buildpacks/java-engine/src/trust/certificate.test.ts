import { expect, test } from "vitest";
import { isCertificate } from "./certificate.ts";
import { roots } from "./test-certificates.ts";

const [root = Buffer.alloc(0)] = roots;
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

test("every public CA certificate is recognized as a certificate", () => {
  expect(roots.filter((each) => !isCertificate(each))).toEqual([]);
});

test.for<[string, Buffer]>([
  ["the three parts of a certificate", hex("3009 3000 3000 0303 000000")],
  ["lengths in the long form", hex("308109 3000 3000 0303 000000")],
])("bytes with %s are recognized as a certificate", ([, bytes]) => expect(isCertificate(bytes)).toBe(true));

test.for<[string, Buffer]>([
  ["an empty sequence of bytes", Buffer.alloc(0)],
  ["a truncated certificate", root.subarray(0, -1)],
  ["a certificate followed by another byte", Buffer.concat([root, Buffer.alloc(1)])],
  ["a sequence of two certificates", Buffer.concat([root, root])],
  ["a sequence without parts", hex("3000")],
  ["a sequence of two parts", hex("3004 3000 3000")],
  ["a sequence of four parts", hex("300b 3000 3000 0303 000000 3000")],
  ["a sequence of other parts", hex("3009 3000 0303 000000 3000")],
  ["a set", hex("3109 3000 3000 0303 000000")],
  ["a sequence with a part that is longer than the sequence", hex("3009 3000 3000 0304 000000")],
  ["a sequence that does not state its length", hex("3080 3000 3000 0303 000000 0000")],
  ["a text", Buffer.from("hello")],
  ["a sequence of 64 KiB", Buffer.concat([hex("308300fffc 3000 3000 0383 00fff4"), Buffer.alloc(0xfff4)])],
])("%s is not recognized as a certificate", ([, bytes]) => expect(isCertificate(bytes)).toBe(false));
