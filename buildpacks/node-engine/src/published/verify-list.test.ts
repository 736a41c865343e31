import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { signingKeysIn } from "./openpgp/public-keys.ts";
import { releaseKeys } from "./release-keys.ts";
import { signer } from "./test-signer.ts";
import { verifyList } from "./verify-list.ts";

const none = { filter: async () => [] };
const keys = await releaseKeys(none);
const now = new Date();

/** A list as the Node.js project published it: SHASUMS256.txt.asc of a release. */
const listOf = (version: string) => readFileSync(join(import.meta.dirname, "lists", `v${version}.asc`), "utf8");

test.for([
  ["14.2.0", "8FCCA13FEF1D0C2E91008E09770F7A9A5AE15600", "whose certifications are all newer than the list"],
  ["16.20.2", "890C08DB8579162FEE0DF9DB8BEAB4DFCF555EF4", "that has expired and was certified after the list"],
  ["20.19.1", "A6023530FC53461FEC91F99C04CD3F2FDE079578", "that is an expired subkey"],
  ["26.5.1", "890C08DB8579162FEE0DF9DB8BEAB4DFCF555EF4", "that has expired"],
])("the list of checksums of Node.js %s is valid: its signer is %s, a key %s", async ([version = "", fingerprint]) => {
  const verification = verifyList(listOf(version), keys, now);
  expect(verification).toEqual({ text: expect.stringContaining(`  node-v${version}-linux-x64.tar.gz\n`), fingerprint });
});

test("a list of checksums signed with SHA-1 is refused", async () => {
  expect(verifyList(listOf("4.0.0"), keys, now)).toEqual({
    problem: "its signature by DD8F2338BAE7501E3DD5AC78C273792F7D83545D is not valid",
    cause: new Error("it uses SHA-1, which does not protect against forgery"),
  });
});

test("a list of checksums signed by an unknown key is refused", async () => {
  const other = await signer();
  const keyId = other.fingerprint.slice(-16);
  expect(verifyList(await other.sign("sums\n"), keys, now)).toEqual({
    problem: `it is signed by ${keyId}, which is not a release key`,
  });
});

test("a list of checksums signed in the future is refused", async () => {
  const mine = await signer();
  const list = await mine.sign("sums\n", new Date(now.getTime() + 86_400_000));
  expect(verifyList(list, signingKeysIn(mine.binaryKey), now)).toEqual({
    problem: `its signature by ${mine.fingerprint} is not valid`,
    cause: new Error("it was made in the future"),
  });
});

const good = listOf("14.2.0");
test.for<[string, string]>([
  ["with a changed checksum", good.replace("3307d8b9", "3307d8b8")],
  ["with an added line", good.replace("\n\n", "\n\n0000  node-v14.2.0-linux-x64.tar.gz\n")],
  ["with text before it", `0000  node-v14.2.0-linux-x64.tar.gz\n${good}`],
  ["with text after it", `${good}0000  node-v14.2.0-linux-x64.tar.gz\n`],
  [
    "with the signature of another list",
    good.slice(0, good.indexOf("-----BEGIN PGP SIGNATURE")) + signatureOf("16.20.2"),
  ],
  ["without its signature", good.slice(0, good.indexOf("-----BEGIN PGP SIGNATURE"))],
  ["that is cut in half", good.slice(0, good.length / 2)],
  ["that is empty", ""],
  ["that is an HTML page", "<html>"],
])("a list of checksums %s is refused", async ([, text]) => {
  expect(verifyList(text, keys, now)).toEqual(expect.objectContaining({ problem: expect.any(String) }));
});

test("a list of checksums with a changed byte is refused or has the same verified text", async () => {
  const before = verifyList(good, keys, now);
  for (let at = 0; at < good.length; at += 97) {
    const changed = `${good.slice(0, at)}${good[at] === "0" ? "1" : "0"}${good.slice(at + 1)}`;
    const after = verifyList(changed, keys, now);
    if ("text" in after) expect(after).toEqual(before);
  }
});

function signatureOf(version: string): string {
  const text = listOf(version);
  return text.slice(text.indexOf("-----BEGIN PGP SIGNATURE"));
}
