import { createCleartextMessage, generateKey, sign } from "openpgp";

const hour = 60 * 60 * 1000;

/** Creates a signer for tests: a new key, and a function that clear-signs a text with it. */
export async function signer() {
  const { privateKey, publicKey } = await generateKey({
    type: "ecc",
    curve: "ed25519Legacy",
    userIDs: [{ name: "Releaser of a test" }],
    date: new Date(Date.now() - 2 * hour),
    subkeys: [],
    format: "object",
  });
  return {
    armoredKey: publicKey.armor(),
    binaryKey: publicKey.write(),
    fingerprint: publicKey.getFingerprint().toUpperCase(),
    async sign(text: string, date = new Date(Date.now() - hour)): Promise<string> {
      const message = await createCleartextMessage({ text });
      return sign({ message, signingKeys: privateKey, date });
    },
  };
}
