import { CnbError } from "../errors.ts";

/** A signed text with its detached OpenPGP signature, and the keys that may have signed it. */
interface SignedText {
  readonly text: string;
  readonly signature: Uint8Array;
  /** The content of the key file, armored or binary. */
  readonly keys: Uint8Array;
  /** The URL of the text, for errors. */
  readonly url: string;
  readonly now: number;
}

/**
 * Verifies that one of the keys signed a text.
 *
 * @throws CnbError INVENTORY_SIGNATURE_INVALID
 */
export async function verifyDetached({ text, signature, keys, url, now }: SignedText): Promise<void> {
  const openpgp = await import("openpgp");
  const refused = (reason: string, cause?: unknown) =>
    new CnbError("INVENTORY_SIGNATURE_INVALID", `the signature of ${url} is not valid: ${reason}`, {
      cause,
      hint: "Compare the configured keys with the publisher's keys. If they are the same, do not use these releases.",
    });
  const verificationKeys = await (isArmored(keys)
    ? openpgp.readKeys({ armoredKeys: new TextDecoder().decode(keys) })
    : openpgp.readKeys({ binaryKeys: keys })
  ).catch((cause: unknown) => {
    throw refused("the key file contains no OpenPGP key", cause);
  });
  const parsed = await (isArmored(signature)
    ? openpgp.readSignature({ armoredSignature: new TextDecoder().decode(signature) })
    : openpgp.readSignature({ binarySignature: signature })
  ).catch((cause: unknown) => {
    throw refused("it is not an OpenPGP signature", cause);
  });
  const message = await openpgp.createMessage({ binary: new TextEncoder().encode(text) });
  const { signatures } = await openpgp.verify({ message, signature: parsed, verificationKeys, date: new Date(now) });
  const outcomes = await Promise.allSettled(signatures.map(({ verified }) => verified));
  if (outcomes.some(({ status }) => status === "fulfilled")) return;
  const [first] = outcomes;
  throw refused(first?.status === "rejected" && first.reason instanceof Error ? first.reason.message : "it is empty");
}

const isArmored = (bytes: Uint8Array): boolean =>
  new TextDecoder().decode(bytes.subarray(0, 60)).trimStart().startsWith("-----BEGIN");
