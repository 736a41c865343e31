// @needs processes, openssl
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandSigner } from "./command-signer.ts";
import { isSignedBy, type PublicKey } from "./public-key.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const key: PublicKey = { where: "sign.pub", key: publicKey };
let dir: string;
let sign: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "command-signer-"));
  await writeFile(join(dir, "key.pem"), privateKey.export({ format: "pem", type: "pkcs8" }));
  sign = `openssl dgst -sha256 -sign ${join(dir, "key.pem")}`;
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const signed = (command: string) =>
  commandSigner(command, key, { env: process.env, signal: new AbortController().signal }).sign(Buffer.from("text"));

test.each([
  ["in binary", ""],
  ["in base64", " | base64"],
])("a signing command can return a signature %s", async (_, more) => {
  expect(isSignedBy(key, Buffer.from("text"), await signed(`${sign}${more}`))).toBe(true);
});

test.each([
  ["fails", "exit 3", "exited with code 3"],
  ["prints nothing", "true", "did not return a signature by the key sign.pub"],
  ["prints something other than a signature", "echo hello", "did not return a signature by the key sign.pub"],
])("a signing command that %s is an error", async (_, command, reason) => {
  await expect(signed(command)).rejects.toMatchObject({
    code: "SIGNING_FAILED",
    message: `cannot sign: the command "${command}" ${reason}`,
  });
});

test("a signing command that signs other bytes is an error", async () => {
  await expect(signed(`echo other | ${sign}`)).rejects.toThrow("did not return a signature by the key sign.pub");
});

test("a signing command that does not end is an error after the time limit, even if its child keeps the output open", async () => {
  const context = { env: process.env, signal: new AbortController().signal, timeoutMs: 300 };
  const signer = commandSigner("sleep 2; echo late", key, context);
  await expect(signer.sign(Buffer.from("text"))).rejects.toMatchObject({
    code: "SIGNING_FAILED",
    message: 'cannot sign: the command "sleep 2; echo late" did not end within 0.3 s',
  });
});

test("a signing command with endless output is an error", async () => {
  await expect(signed("yes")).rejects.toMatchObject({
    code: "SIGNING_FAILED",
    cause: { message: "the signing command printed more than 65536 bytes" },
  });
});
