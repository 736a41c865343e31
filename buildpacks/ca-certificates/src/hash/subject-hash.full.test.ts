import { rootCertificates } from "node:tls";
import { describe, expect, test } from "vitest";
import { der, hashByOpenssl, subjects, testCertificate } from "../test-certificates.ts";
import { subjectHash } from "./subject-hash.ts";

describe("the subject hash equals that of openssl for", () => {
  test.for(Object.entries(subjects))("%s", ([, subject]) => {
    const pem = testCertificate(subject);
    expect(subjectHash(der(pem))).toBe(hashByOpenssl(pem));
  });

  test("public CA certificates", () => {
    const some = rootCertificates.filter((_, index) => index % 5 === 0);
    expect(some.map((pem) => subjectHash(der(pem)))).toEqual(some.map(hashByOpenssl));
  });
});

test("names that are equal have the same hash in any encoding", () => {
  const hashes = [
    { subject: "/O=Größe/CN=Root" },
    { subject: "/O= größe /CN=ROOT", strings: "default" },
    { subject: "/O=GRößE/CN=root", strings: "MASK:256" },
  ].map((subject) => subjectHash(der(testCertificate(subject))));
  expect(new Set(hashes).size).toBe(1);
});

test.for<[string, readonly number[]]>([
  ["nothing", []],
  ["an end too early", [0x30, 0x05, 0x30]],
  ["a length of no end", [0x30, 0x80, 0x00, 0x00]],
  ["a length beyond the text", [0x30, 0x84, 0xff, 0xff, 0xff, 0xff]],
  ["another sequence", [0x30, 0x02, 0x30, 0x00]],
])("%s is not a certificate", ([, bytes]) => expect(() => subjectHash(Uint8Array.from(bytes))).toThrow());
