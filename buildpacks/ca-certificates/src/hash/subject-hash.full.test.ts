import { rootCertificates } from "node:tls";
import { describe, expect, test } from "vitest";
import { der, hashByOpenssl, subjects, testCertificate } from "../test-certificates.ts";
import { subjectHash } from "./subject-hash.ts";

describe("the subject hash equals that of openssl for", () => {
  test.for(Object.entries(subjects))("a subject with %s", ([, subject]) => {
    const pem = testCertificate(subject);
    expect(subjectHash(der(pem))).toBe(hashByOpenssl(pem));
  });

  test("public CA certificates", () => {
    const some = rootCertificates.filter((_, index) => index % 5 === 0);
    expect(some.map((pem) => subjectHash(der(pem)))).toEqual(some.map(hashByOpenssl));
  });
});

test("the subject hash of equal names is the same in any encoding", () => {
  const hashes = [
    { subject: "/O=Größe/CN=Root" },
    { subject: "/O= größe /CN=ROOT", strings: "default" },
    { subject: "/O=GRößE/CN=root", strings: "MASK:256" },
  ].map((subject) => subjectHash(der(testCertificate(subject))));
  expect(new Set(hashes).size).toBe(1);
});

test.for<[string, readonly number[]]>([
  ["an empty file", []],
  ["a truncated sequence", [0x30, 0x05, 0x30]],
  ["a sequence of indefinite length", [0x30, 0x80, 0x00, 0x00]],
  ["a length beyond the end of the file", [0x30, 0x84, 0xff, 0xff, 0xff, 0xff]],
  ["a sequence that is not a certificate", [0x30, 0x02, 0x30, 0x00]],
])("the subject hash refuses %s", ([, bytes]) => expect(() => subjectHash(Uint8Array.from(bytes))).toThrow());
