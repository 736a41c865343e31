import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { signingKeysIn } from "./openpgp/public-keys.ts";
import { releaseKeys, verifyList } from "./signed-list.ts";
import { signer } from "./test-signer.ts";

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
])(
  "the list of checksums of Node.js %s is valid with the signature of %s, a key %s",
  async ([version = "", fingerprint]) => {
    const verification = verifyList(listOf(version), keys, now);
    expect(verification).toEqual({
      text: expect.stringContaining(`  node-v${version}-linux-x64.tar.gz\n`),
      fingerprint,
    });
  },
);

test("a list of checksums signed with SHA-1 is refused", async () => {
  expect(verifyList(listOf("4.0.0"), keys, now)).toEqual({
    problem: "its signature by DD8F2338BAE7501E3DD5AC78C273792F7D83545D is not valid",
    cause: new Error("the OpenPGP signature uses SHA-1, which does not protect against forgery"),
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
  const tomorrow = new Date((Math.floor(now.getTime() / 1000) + 86_400) * 1000);
  const list = await mine.sign("sums\n", tomorrow);
  expect(verifyList(list, signingKeysIn(mine.binaryKey), now)).toEqual({
    problem: `its signature by ${mine.fingerprint} is not valid`,
    cause: new Error(
      `the signature's date, ${tomorrow.toISOString()}, is in the future: check the clock of this machine`,
    ),
  });
});

const good = listOf("14.2.0");
test.for<[string, string]>([
  ["with a changed checksum", good.replace("3307d8b9", "3307d8b8")],
  ["with an added line", good.replace("\n\n", "\n\n0000  node-v14.2.0-linux-x64.tar.gz\n")],
  ["with text before the signed message", `0000  node-v14.2.0-linux-x64.tar.gz\n${good}`],
  ["with text after the signature", `${good}0000  node-v14.2.0-linux-x64.tar.gz\n`],
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

/** The keys in the README of nodejs/node: "Release keys" and "Other keys used to sign some previous releases". */
const listed = `
  5BE8A3F6C8A5C01D106C0AD820B1A390B168D356 DD792F5973C6DE52C432CBDAC77ABFA00DDBF2B7 CC68F5A3106FF448322E48ED27F5E38D5B0A215F
  8FCCA13FEF1D0C2E91008E09770F7A9A5AE15600 890C08DB8579162FEE0DF9DB8BEAB4DFCF555EF4 C82FA3AE1CBEDC6BE46B9360C43CEC45C17AB93C
  108F52B48DB57BB0CC439B2997B01419BD92F80A A363A499291CBBC940DD62E41F10027AF002F8B0 C0D6248439F1D5604AAFFB4021D900FFDB233756
  4ED778F539E3634C779C87C6D7062848A1AB005C 141F07595B7B3FFE74309A937405533BE57C7D57 9554F04D7259F04124DE6B476D5A82AC7E37093B
  94AE36675C464D64BAFA68DD7434390BDBE9B9C5 1C050899334244A8AF75E53792EF661D867B9DFA 74F12602B6F1C4E913FAA37AD3A89613643B6201
  B9AE9905FFD7803F25714661B63B535A4C206CA9 77984A986EBC2AA786BC0F66B01FBB92821C587A 93C7E9E91B49E432C2F75674B0A78B0A6C481CF6
  56730D5401028683275BD23C23EFEFE93C4CFFFE 71DCFD284A79C3B38668286BC97EC7A07EDE3FC1 FD3A5288F042B6850C66B31F09FE44734EB7990E
  61FC681DFB92A079F1685E77973F295594EC4689 114F43EE0176B71C7BC219DD50A3051F888C628D C4F0DFFF4E8C1A8236409D08E73BC641CC11F4C8
  DD8F2338BAE7501E3DD5AC78C273792F7D83545D A48C2BEE680E841632CD4E44F07496B3EB3C1762 B9E2F5981AA6E0CD28160D9FF13993A75599653C`;

/** A key of 1024 bits for DSA, which signed lists up to 0.10.36 by SHA-1. */
const notAccepted = "7937DFD2AB06298B2293C3187D33FF9D0246406D";

/** The keys in nodejs/release-keys that were added on 2026-07-01, later than that README. */
const added = "655F3B5C1FB3FA8D1A0CA6BDE4A7D232B936D2FD";

test("the buildpack has the keys of all Node.js releasers, except the 1024-bit DSA key", async () => {
  const keys = await releaseKeys({ filter: async () => [] });
  const primary = keys.filter(({ isPrimary }) => isPrimary).map(({ fingerprint }) => fingerprint);
  expect(primary).not.toContain(notAccepted);
  expect(primary.toSorted()).toEqual([...listed.trim().split(/\s+/), added].toSorted());
});

test("a subkey is accepted only if it is for signing, bound in both directions and not revoked", async () => {
  const keys = await releaseKeys({ filter: async () => [] });
  expect(keys.filter(({ isPrimary }) => !isPrimary).map(({ keyId }) => keyId)).toEqual([
    "7341B15C070877AC",
    "4DAA80D1E737BC9F",
    "3C7824F39A895758",
    "04CD3F2FDE079578",
    "933B01F40B5CA946",
    "45F5EEBD813DAE8E",
  ]);
});
