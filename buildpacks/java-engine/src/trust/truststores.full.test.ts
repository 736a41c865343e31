import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installedJdk } from "../../../../test/support/java/archives.ts";
import { certificatesOfJks, jksEntries, writeJks } from "./jks.ts";
import { certificatesOfPkcs12 } from "./pkcs12.ts";
import { roots, running } from "./test-certificates.ts";

let dir: string;
let keytool: (...args: readonly string[]) => Promise<string>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "java-truststores-"));
  const program = join(await installedJdk("17"), "bin/keytool");
  keytool = async (...args) => (await running(program, args, { maxBuffer: 2 ** 24 })).stdout;
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

const some = roots.slice(0, 5);
const fingerprints = (text: string) => Array.from(text.matchAll(/SHA-256\): ([0-9A-F:]+)/g), ([, each]) => each).sort();
const fingerprintsOf = (certificates: readonly Buffer[]) =>
  certificates.map((each) => new X509Certificate(each).fingerprint256).sort();

describe("a truststore in JKS format", () => {
  test("is readable by Java with the default password", async () => {
    await writeFile(join(dir, "own.jks"), writeJks(roots));
    const list = await keytool("-list", "-keystore", join(dir, "own.jks"), "-storepass", "changeit");
    expect(fingerprints(list)).toEqual(fingerprintsOf(roots));
  });

  test("can be empty", async () => {
    await writeFile(join(dir, "empty.jks"), writeJks([]));
    const list = await keytool("-list", "-keystore", join(dir, "empty.jks"), "-storepass", "changeit");
    expect(list).toContain("Your keystore contains 0 entries");
  });

  test("is identical for identical certificates", () => expect(writeJks(some)).toEqual(writeJks(some)));

  test("written by Java is read without its private keys", async () => {
    const file = join(dir, "java.jks");
    const store = ["-keystore", file, "-storepass", "changeit", "-storetype", "JKS"];
    const key = ["-alias", "mine", "-keyalg", "EC", "-dname", "CN=me", "-keypass", "changeit"];
    await keytool("-genkeypair", ...key, ...store);
    await writeFile(join(dir, "one.pem"), rootCertificates[0] ?? "");
    await keytool("-importcert", "-noprompt", "-alias", "one", "-file", join(dir, "one.pem"), ...store);
    expect(certificatesOfJks(await readFile(file))).toEqual(roots.slice(0, 1));
  });

  test.for<[string, Buffer]>([
    ["is an empty file", Buffer.alloc(0)],
    ["is a text file", Buffer.from("changeit".repeat(10))],
    ["is truncated", writeJks(some).subarray(0, 900)],
    [
      "states more entries than it has",
      Buffer.concat([Buffer.from("feedfeed00000002ffffffff", "hex"), Buffer.alloc(40)]),
    ],
    [
      "has an entry of an unknown kind",
      Buffer.concat([Buffer.from("feedfeed000000020000000100000003", "hex"), Buffer.alloc(40)]),
    ],
  ])("is refused if it %s", ([, bytes]) => expect(certificatesOfJks(bytes)).toBeUndefined());

  test("is read with the same certificates with which it was written", () => {
    expect(certificatesOfJks(writeJks(roots))).toEqual(roots);
    expect(writeJks(some).subarray(12, -20)).toEqual(jksEntries(some));
  });
});

describe("a truststore in PKCS #12 format", () => {
  const plain = ["certProtectionAlgorithm=NONE", "macAlgorithm=NONE"].map((each) => `-J-Dkeystore.pkcs12.${each}`);

  /** The truststore that Java writes, with or without a password. */
  async function written(name: string, options: readonly string[]): Promise<Buffer> {
    const file = join(dir, name);
    await writeFile(join(dir, `${name}.jks`), writeJks(some));
    const from = ["-srckeystore", join(dir, `${name}.jks`), "-srcstorepass", "changeit"];
    await keytool(
      ...options,
      "-importkeystore",
      ...from,
      "-destkeystore",
      file,
      "-deststorepass",
      "changeit",
      "-deststoretype",
      "PKCS12",
    );
    return readFile(file);
  }

  test("is read without a password", async () => {
    // Java writes them in an order of its own
    const certificates = certificatesOfPkcs12(await written("plain.p12", plain)) ?? [];
    expect(fingerprintsOf(certificates)).toEqual(fingerprintsOf(some));
  });

  test("is not read if encrypted", async () => {
    expect(certificatesOfPkcs12(await written("encrypted.p12", []))).toBeUndefined();
  });

  test.for<[string, Buffer]>([
    ["is an empty file", Buffer.alloc(0)],
    ["is a text file", Buffer.from("changeit")],
    ["is a certificate", some[0] ?? Buffer.alloc(0)],
    ["states a length beyond the end of the file", Buffer.from("3084ffffffff00", "hex")],
    ["states no length", Buffer.from("30800000", "hex")],
  ])("is refused if it %s", ([, bytes]) => expect(certificatesOfPkcs12(bytes)).toBeUndefined());
});
