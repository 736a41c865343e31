import { CnbError } from "../../errors.ts";
import type { Keyring } from "./keyring.ts";

/**
 * Verifies a clear-signed file and returns **only the text covered by the signature**. Text added
 * before, after or between signed parts must never be parsed. One valid signature by a key of the
 * keyring is sufficient, because archives sign with several keys during key rollovers.
 *
 * @throws CnbError BASE_SIGNATURE_INVALID or BASE_SIGNATURE_UNKNOWN_KEY
 */
export async function verifyClearSigned(text: string, keyring: Keyring, source: string, now: number): Promise<string> {
  const openpgp = await import("openpgp");
  // openpgp would skip text around the message. apt refuses such a file, so a genuine archive never has one.
  if (!/^-----BEGIN PGP SIGNED MESSAGE-----\r?\n[\s\S]*\n-----END PGP SIGNATURE-----\s*$/.test(text)) {
    throw new CnbError("BASE_SIGNATURE_INVALID", `${source} is not a file with an OpenPGP signature`, {
      hint: otherMirror,
    });
  }
  const message = await openpgp.readCleartextMessage({ cleartextMessage: text }).catch((cause: unknown) => {
    throw new CnbError("BASE_SIGNATURE_INVALID", `${source} is not a file with an OpenPGP signature`, {
      cause,
      hint: otherMirror,
    });
  });
  const { data, signatures } = await openpgp.verify({
    message,
    verificationKeys: [...keyring.keys],
    date: new Date(now),
  });
  const verdicts = await Promise.all(signatures.map(({ keyID, verified }) => verdict(keyID.toHex(), verified)));
  if (verdicts.some(({ problem }) => problem === undefined)) return data;
  throw signatureError(verdicts, keyring, source);
}

const otherMirror = "The file was modified in transit, or the mirror is broken. Pass another mirror with --mirror URL.";

const newerKeyring = "Update the host's archive keyring, or pass a keyring that contains the key with --keyring FILE.";

interface Verdict {
  readonly key: string;
  readonly problem: "unknown" | { readonly cause: unknown } | undefined;
}

async function verdict(keyId: string, verified: Promise<boolean>): Promise<Verdict> {
  const key = keyId.toUpperCase();
  try {
    await verified;
    return { key, problem: undefined };
  } catch (cause) {
    const unknown = cause instanceof Error && cause.message.startsWith("Could not find signing key");
    return { key, problem: unknown ? "unknown" : { cause } };
  }
}

function hintFor(cause: unknown): string {
  const { message } = cause instanceof Error ? cause : { message: "" };
  if (message.includes("in the future")) return "This machine's clock is behind. Set it, and try again.";
  if (/key is (expired|revoked)/i.test(message)) return newerKeyring;
  return otherMirror;
}

function signatureError(verdicts: readonly Verdict[], keyring: Keyring, source: string): CnbError {
  for (const { key, problem } of verdicts) {
    if (typeof problem !== "object") continue;
    const { cause } = problem;
    return new CnbError("BASE_SIGNATURE_INVALID", `the signature of ${source} by key ${key} is not valid`, {
      cause,
      hint: hintFor(cause),
    });
  }
  if (verdicts.length === 0)
    return new CnbError("BASE_SIGNATURE_INVALID", `${source} has no signature`, { hint: otherMirror });
  const keys = verdicts.map(({ key }) => key).join(", ");
  const which = verdicts.length > 1 ? "none of which" : "which";
  return new CnbError(
    "BASE_SIGNATURE_UNKNOWN_KEY",
    `${source} is signed by ${verdicts.length > 1 ? "the keys" : "the key"} ${keys}, ${which} is ${verdicts.length > 1 ? "" : "not "}in ${keyring.files.join(", ") || "the keyring"}`,
    { hint: newerKeyring },
  );
}
