import {
  type Config,
  createCleartextMessage,
  createMessage,
  enums,
  generateKey,
  readCleartextMessage,
  readKey,
  sign,
  verify,
} from "openpgp";
import { expect, test } from "vitest";
import { verifyList } from "../signed-list.ts";
import { dearmored, packetsOf } from "./packets.ts";
import { signingKeysIn } from "./public-keys.ts";

const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000);
const userIDs = [{ name: "Test" }];
const kinds = {
  "RSA of 2048 bits": { type: "rsa", rsaBits: 2048 },
  "Ed25519 in its older form": { type: "ecc", curve: "ed25519Legacy" },
  Ed25519: { type: "curve25519" },
  "P-256": { type: "ecc", curve: "nistP256" },
} as const;

const texts = [
  "one line\n",
  "several\nlines\n",
  "no line end",
  "- dashes\n-----BEGIN PGP SIGNATURE-----\n-\n",
  "spaces at the end  \t\nof lines \n",
  "carriage\r\nreturns\r\n",
  "\n\nempty lines\n\n\n",
  "umlauts äöü and 字\n",
];

test.for(Object.entries(kinds))(
  'a list of checksums signed by a key of the type "%s" is accepted only if the type is supported and the list is unmodified',
  async ([name, kind]) => {
    const key = await generateKey({ ...kind, userIDs, date: yesterday, format: "object" } as const);
    const keys = signingKeysIn(key.publicKey.write());
    const isAccepted = name !== "P-256";
    expect(keys[0]?.fingerprint).toBe(isAccepted ? key.publicKey.getFingerprint().toUpperCase() : undefined);
    for (const hash of [enums.hash.sha256, enums.hash.sha384, enums.hash.sha512]) {
      const config: Partial<Config> = { preferredHashAlgorithm: hash };
      for (const text of texts) {
        const message = await createCleartextMessage({ text });
        const list = await sign({ message, signingKeys: key.privateKey, config });
        const own = verifyList(list, keys, new Date());
        expect("text" in own).toBe(isAccepted);
        const [theirs] = (
          await verify({
            message: await readCleartextMessage({ cleartextMessage: list }),
            verificationKeys: key.publicKey,
          })
        ).signatures;
        expect(await theirs?.verified).toBe(true);
        const changed = list.replace(/(?<=\n\n)/, "more\n");
        expect(verifyList(changed, keys, new Date())).toHaveProperty("problem");
      }
    }
  },
);

test("a certified signing subkey of a keyring is accepted, and an uncertified signing subkey is ignored", async () => {
  const withSigningSubkey = () =>
    generateKey({ type: "curve25519", userIDs, date: yesterday, subkeys: [{ sign: true }], format: "object" });
  const [key, other] = [await withSigningSubkey(), await withSigningSubkey()];
  const sub = key.publicKey.getSubkeys()[0]?.getFingerprint().toUpperCase();
  expect(signingKeysIn(key.publicKey.write()).map(({ fingerprint }) => fingerprint)).toContain(sub);
  const foreign = other.publicKey.toPacketList();
  foreign.splice(0, foreign.length - 2); // the subkey and its certification by the other key
  const forged = Buffer.concat([key.publicKey.write(), foreign.write()]);
  expect(signingKeysIn(forged)).toEqual(signingKeysIn(key.publicKey.write()));
});

test("an encryption subkey and a revoked signing subkey of a keyring are ignored", async () => {
  const date = yesterday;
  const subkeys = [{}, { sign: true }];
  const { publicKey, privateKey } = await generateKey({ type: "curve25519", userIDs, date, subkeys, format: "object" });
  const fingerprints = (key: typeof publicKey) => signingKeysIn(key.write()).map(({ fingerprint }) => fingerprint);
  const [primary, forSigning] = [publicKey, publicKey.getSubkeys()[1]].map((key) =>
    key?.getFingerprint().toUpperCase(),
  );
  expect(fingerprints(publicKey)).toEqual([primary, forSigning]);
  const [, subkey] = privateKey.getSubkeys();
  const revoked = await subkey?.revoke(privateKey.keyPacket as never);
  privateKey.subkeys[1] = revoked as never;
  expect(fingerprints(privateKey.toPublic())).toEqual([primary]);
});

test("an RSA key whose signatures are trivially forgeable is refused", () => {
  const number = (bytes: Buffer, bits: number) => Buffer.concat([Buffer.of(bits >> 8, bits & 0xff), bytes]);
  const keyring = (exponent: Buffer, bits: number) => {
    const modulus = number(Buffer.alloc(256, 0xc5), 2048);
    const body = Buffer.concat([Buffer.of(4, 0, 0, 0, 0, 1), modulus, number(exponent, bits)]);
    return Buffer.concat([Buffer.of(0x99, body.length >> 8, body.length & 0xff), body]);
  };
  expect(signingKeysIn(keyring(Buffer.of(1, 0, 1), 17))).toHaveLength(1);
  expect(signingKeysIn(keyring(Buffer.of(1), 1))).toEqual([]);
});

test("a keyring of several armored blocks is refused, and an armored block in a user ID is ignored", async () => {
  const options = { type: "curve25519", format: "object" } as const;
  const inner = await generateKey({ ...options, userIDs });
  const outer = await generateKey({ ...options, userIDs: [{ name: inner.publicKey.armor() }] });
  const [first] = signingKeysIn(outer.publicKey.write());
  expect(first?.fingerprint).toBe(outer.publicKey.getFingerprint().toUpperCase());
  const both = Buffer.from(inner.publicKey.armor() + inner.publicKey.armor());
  expect(() => signingKeysIn(both)).toThrow("several armored key blocks");
});

test("an armored keyring is read with the same result as a binary keyring", async () => {
  const { publicKey } = await generateKey({ type: "rsa", rsaBits: 2048, userIDs, format: "object" });
  const armored = Buffer.from(publicKey.armor());
  expect(signingKeysIn(armored)).toEqual(signingKeysIn(publicKey.write()));
  expect(await readKey({ armoredKey: armored.toString() })).toBeDefined();
});

test("a detached binary signature in a cleartext message is refused", async () => {
  const { privateKey, publicKey } = await generateKey({
    type: "curve25519",
    userIDs,
    date: yesterday,
    format: "object",
  });
  const detached = await sign({
    message: await createMessage({ binary: Buffer.from("x") }),
    signingKeys: privateKey,
    detached: true,
  });
  const list = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nx\n${detached}`;
  expect(verifyList(list, signingKeysIn(publicKey.write()), new Date())).toMatchObject({
    cause: new Error("the signature is not a signature of a text document (OpenPGP type 0x01)"),
  });
});

test.for<[string, Uint8Array]>([
  ["an empty file", Buffer.of()],
  ["plain text", Buffer.from("hello")],
  ["a truncated packet", Buffer.of(0xc6, 200, 1)],
  ["a packet without a length", Buffer.of(0x9b, 1, 2)],
  ["a packet with partial lengths", Buffer.of(0xc6, 0xe1, 1, 2, 3)],
  ["a keybox of GnuPG", Buffer.from("0000002001010002 4b425866".replaceAll(" ", ""), "hex")],
  ["armor without data", Buffer.from("-----BEGIN PGP PUBLIC KEY BLOCK-----\n-----END PGP PUBLIC KEY BLOCK-----\n")],
])("%s is not a keyring", ([, bytes]) => {
  expect(() => signingKeysIn(bytes)).toThrow();
});

test("a keyring with any changed byte is parsed or refused with an Error", async () => {
  const { publicKey } = await generateKey({ type: "curve25519", userIDs, date: yesterday, format: "object" });
  const bytes = Buffer.from(publicKey.write());
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 0xff, (bytes[at] ?? 0) ^ 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = value;
      try {
        signingKeysIn(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
  }
  expect(packetsOf(dearmored(publicKey.armor(), "PUBLIC KEY BLOCK"))).toEqual(packetsOf(bytes));
});
