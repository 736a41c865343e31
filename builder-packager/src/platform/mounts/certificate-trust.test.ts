import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readAuthorities, trustBundle } from "./certificate-trust.ts";

const pem = "-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n";
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trust-"));
  await writeFile(join(dir, "company.crt"), pem);
  await writeFile(join(dir, "company.der"), Buffer.from([0x30, 0x0a]));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("CA certificate files are concatenated", async () => {
  expect(await readAuthorities([join(dir, "company.crt"), join(dir, "company.crt")])).toBe(`${pem}\n${pem}`);
});

test.for<[string, string]>([
  ["absent.crt", "cannot read the CA certificate <dir>/absent.crt"],
  ["company.der", "the file <dir>/company.der contains no CA certificate in PEM format"],
])("the CA certificate %s is refused with the error %j", async ([file, message]) => {
  const error = await readAuthorities([join(dir, file)]).catch((thrown) => thrown);
  expect({ code: error.code, message: error.message.replace(dir, "<dir>") }).toEqual({
    code: "CERTIFICATE_INVALID",
    message,
  });
});

test("the certificate bundle contains the builder's CA certificates", () => {
  expect(trustBundle("system", pem)).toBe(`system\n${pem}`);
  expect(trustBundle(undefined, pem)).toBe(pem);
});
