import { expect, test } from "vitest";
import { certificateBlocks } from "./certificate-blocks.ts";

const begin = "-----BEGIN CERTIFICATE-----";
const end = "-----END CERTIFICATE-----";

test.for<[string, string, readonly string[]]>([
  ["one certificate", `${begin}\nAB+/\nCD==\n${end}\n`, ["AB+/CD=="]],
  ["two certificates", `${begin}\nAA\n${end}\n${begin}\nBB\n${end}\n`, ["AA", "BB"]],
  ["two certificates without a line feed between them", `${begin}\nAA\n${end}${begin}\nBB\n${end}`, ["AA", "BB"]],
  ["text around a certificate", `a - b\n# ours\n${begin}\nAA\n${end}\nmore`, ["AA"]],
  ["Windows line ends and blanks", `${begin}\r\n A\tA \r\nBB\r\n${end}\r\n`, ["AABB"]],
  ["a certificate without line breaks", `${begin}AABB${end}`, ["AABB"]],
  [
    "a private key before a certificate",
    `-----BEGIN PRIVATE KEY-----\nKK\n-----END PRIVATE KEY-----\n${begin}\nAA\n${end}`,
    ["AA"],
  ],
  ["a certificate that does not end", `${begin}\nAA\n`, []],
  ["a certificate that does not begin", `AA\n${end}`, []],
  ["a certificate that begins twice", `${begin}\nAA\n${begin}\nBB\n${end}`, ["BB"]],
  [
    "a certificate of OpenSSL with trust settings",
    `-----BEGIN TRUSTED CERTIFICATE-----\nAA\n-----END TRUSTED CERTIFICATE-----`,
    [],
  ],
  ["no content", "", []],
])("only complete PEM certificates are found in a text with %s", ([, text, expected]) =>
  expect(certificateBlocks(text)).toEqual(expected),
);
