import { generateKeyPairSync, type KeyObject, scryptSync } from "node:crypto";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { describe, expect, test } from "vitest";
import { parsePrivateKey } from "./private-key.ts";
import { isSignedBy, parsePublicKey } from "./public-key.ts";

/** Keys that cosign 3.0.6 generated, with the password "secret". */
const cosignKey = `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----
eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6
OCwicCI6MX0sInNhbHQiOiJyTm4wSjRaMlpOd0NpQ0FXZWlxTVBXb0wvbnpoTXVN
KzVyWWhKTVhZNXB3PSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94
Iiwibm9uY2UiOiJBejV6cTZhbERvMGhVaFZLN2RQOEVrWnRjZWYxaER2RCJ9LCJj
aXBoZXJ0ZXh0IjoiTEREdzI0WFNLL1NwcTF2bE1OTytCQ0wvZnRGb205cVM1dkV2
UkhvdTZpejVEVmNqSFhycUVxSU9lem9ZbzdaUjFmRHFReDNMclJ4OGZsVjVIZ3lt
OHA1c1ZEVzZ3cCt4UVhYVFBsdmk1QkZQeFlXUWpURXE1dEdhaVEySVpDWFVBMjZx
Y2l1Q3p5UXFHaXlBQkMyVWJCK0JFb2tGNmI0RFdiOUc5TUMxd0ZSS05RMUJRVSsx
YzgxRWdqVkRLbVVmZ0NXaTgyYXg3cDlFRlE9PSJ9
-----END ENCRYPTED SIGSTORE PRIVATE KEY-----
`;
const cosignPub = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6+P5h8FhhIB9hzX1Vo63QnBCkr7i
loB8M4RrpSP5pC8mr2F5JycxTbWCke4wgU53vQ1DKPxfGBNMUyPOq/UCaA==
-----END PUBLIC KEY-----
`;

const text = (key: KeyObject) =>
  Buffer.from(key.export({ format: "pem", type: key.type === "private" ? "pkcs8" : "spki" }));
const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve });
const rsa = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength });

describe("a private key", () => {
  test("created by cosign signs if the password is right", async () => {
    const signer = await parsePrivateKey(Buffer.from(cosignKey), "secret", "cosign.key");
    const signature = await signer.sign(Buffer.from("text"));
    const key = parsePublicKey(Buffer.from(cosignPub), "cosign.pub");
    expect(isSignedBy(key, Buffer.from("text"), signature)).toBe(true);
    expect(isSignedBy(key, Buffer.from("other"), signature)).toBe(false);
  });

  test("created by cosign is refused if the password is wrong", async () => {
    await expect(parsePrivateKey(Buffer.from(cosignKey), "", "cosign.key")).rejects.toMatchObject({
      code: "SIGNING_KEY_INVALID",
      message: "the private key cosign.key cannot be decrypted: the password is wrong",
      hint: "Set the password of the key in the environment variable COSIGN_PASSWORD.",
    });
  });

  test.each([
    ["ECDSA", ec("P-256")],
    ["RSA", rsa(2048)],
    ["Ed25519", generateKeyPairSync("ed25519")],
  ])("in PEM format signs with the algorithm %s", async (_, { privateKey, publicKey }) => {
    const signer = await parsePrivateKey(text(privateKey), "", "key.pem");
    const signature = await signer.sign(Buffer.from("text"));
    expect(isSignedBy(parsePublicKey(text(publicKey), "key.pub"), Buffer.from("text"), signature)).toBe(true);
  });

  test("in encrypted PEM format can be read only with its password", async () => {
    const pem = ec("P-256").privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "a" });
    await expect(parsePrivateKey(Buffer.from(pem), "a", "key.pem")).resolves.toMatchObject({ where: "key.pem" });
    await expect(parsePrivateKey(Buffer.from(pem), "b", "key.pem")).rejects.toThrow("the password is wrong");
  });

  test.each([
    ["a text that is not a key", "hello", "the private key key.pem is not a private key in PEM"],
    [
      "a file of cosign without a JSON document",
      "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----",
      "the private key key.pem is damaged",
    ],
    [
      "a file of cosign that needs much memory",
      cosignFile(2 ** 24),
      "the private key key.pem has unsupported scrypt parameters",
    ],
    [
      "a file of cosign with a cost that is not a power of two",
      cosignFile(3),
      "the private key key.pem has unsupported scrypt parameters",
    ],
    [
      "a file of cosign with a negative cost",
      cosignFile(-8),
      "the private key key.pem has unsupported scrypt parameters",
    ],
    [
      "a file of cosign that contains no key",
      cosignFile(16, Buffer.from("not a key")),
      "the private key key.pem is damaged",
    ],
  ])("is refused if it is %s", async (_, pem, message) => {
    await expect(parsePrivateKey(Buffer.from(pem), "", "key.pem")).rejects.toMatchObject({
      code: "SIGNING_KEY_INVALID",
      message,
    });
  });
});

describe("a public key is refused if it is", () => {
  test.each([
    ["a key for ECDSA with P-384", ec("P-384"), "key.pub is a key of an unsupported kind: ec secp384r1"],
    ["a key for RSA of 1024 bits", rsa(1024), "key.pub is a key of an unsupported kind: rsa 1024 bits"],
  ])("%s", (_, { publicKey }, message) => {
    expect(() => parsePublicKey(text(publicKey), "key.pub")).toThrow(message);
  });

  test("a private key", () => {
    expect(() => parsePublicKey(text(ec("P-256").privateKey), "key.pem")).toThrow(
      "key.pem is a private key, not a public key",
    );
  });

  test("a text that is not a key", () => {
    expect(() => parsePublicKey(Buffer.from("hello"), "key.pub")).toThrow("key.pub is not a public key in PEM format");
  });
});

/** A file of cosign with the empty password. The password is derived with 1 KiB of memory for each unit of the cost. */
function cosignFile(cost: number, content = Buffer.alloc(0)): string {
  const [salt, nonce] = [Buffer.alloc(32), Buffer.alloc(24)];
  const key = cost === 16 ? scryptSync("", salt, 32, { N: cost, r: 8, p: 1 }) : Buffer.alloc(32);
  const document = {
    kdf: { name: "scrypt", params: { N: cost, r: 8, p: 1 }, salt: salt.toString("base64") },
    cipher: { name: "nacl/secretbox", nonce: nonce.toString("base64") },
    ciphertext: Buffer.from(xsalsa20poly1305(key, nonce).encrypt(content)).toString("base64"),
  };
  const body = Buffer.from(JSON.stringify(document)).toString("base64");
  return `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${body}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----`;
}
