import { type Bindings, UserError } from "libcnb";
import { dearmored, packetsOf, tags } from "./openpgp/packets.ts";
import { type SigningKey, signingKeysIn } from "./openpgp/public-keys.ts";
import { checkSignature, parseSignature, type Signature, signatureTypes } from "./openpgp/signature.ts";
import projectKeys from "./release-keys.json" with { type: "json" };

/**
 * The text that a valid signature covers and the fingerprint of the key, or the reason why the list
 * is not trusted.
 */
type Verification =
  | { readonly text: string; readonly fingerprint: string }
  | { readonly problem: string; readonly cause?: unknown };

/**
 * Verifies a clear-signed list of checksums with release keys, and returns only the text that the
 * signature covers. One valid signature by one of the keys is sufficient. As with `gpgv`, a key may
 * have expired after signing.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9580#section-7
 */
export function verifyList(signed: string, keys: readonly SigningKey[], now: Date): Verification {
  const message = read(signed);
  if (message === undefined) return { problem: "it is not a cleartext-signed OpenPGP message" };
  if ("problem" in message) return message;
  const verifications = message.signatures.map((signature) => verify(signature, message.lines, keys, now));
  return (
    verifications.find((each) => "text" in each) ??
    verifications.find((each) => "cause" in each) ??
    verifications[0] ?? { problem: "it has no signature" }
  );
}

/** A message whose signature has a form that is not supported, or is damaged. */
interface Unreadable {
  readonly problem: string;
  readonly cause: unknown;
}

interface Message {
  readonly lines: readonly string[];
  readonly signatures: readonly Signature[];
}

/**
 * undefined if it is something else, or if there is text around the message, which no list of the
 * Node.js project has.
 */
function read(signed: string): Message | Unreadable | undefined {
  const all = signed
    .trimEnd()
    .split("\n")
    .map((line) => line.trimEnd());
  const [body, armor] = [all.indexOf("") + 1, all.indexOf("-----BEGIN PGP SIGNATURE-----")];
  const isWhole =
    all[0] === "-----BEGIN PGP SIGNED MESSAGE-----" &&
    all.slice(1, body - 1).every((line) => line.startsWith("Hash: ")) &&
    all.indexOf("-----END PGP SIGNATURE-----") === all.length - 1;
  if (!isWhole || body === 0 || armor < body) return undefined;
  const lines = all.slice(body, armor).map((line) => line.replace(/^- /, ""));
  try {
    const packets = packetsOf(dearmored(all.slice(armor).join("\n"), "SIGNATURE"));
    const signatures = packets.filter(({ tag }) => tag === tags.signature).map((packet) => parseSignature(packet.body));
    return { lines, signatures };
  } catch (cause) {
    return { problem: "its signature cannot be read", cause };
  }
}

function verify(signature: Signature, lines: readonly string[], keys: readonly SigningKey[], now: Date): Verification {
  const by = keys.find(({ keyId }) => keyId === signature.issuer);
  if (signature.issuer === undefined) return { problem: "its signature does not name the key that signed it" };
  if (by === undefined) return { problem: `it is signed by ${signature.issuer}, which is not a release key` };
  try {
    if (signature.type !== signatureTypes.text)
      throw new Error("the signature is not a signature of a text document (OpenPGP type 0x01)");
    checkSignature(signature, Buffer.from(lines.join("\r\n")), by);
    checkTimes(signature, now.getTime() / 1000);
    return { text: `${lines.join("\n")}\n`, fingerprint: by.fingerprint };
  } catch (cause) {
    return { problem: `its signature by ${by.fingerprint} is not valid`, cause };
  }
}

function checkTimes({ created, lasts }: Signature, now: number): void {
  if (created > now)
    throw new Error(
      `the signature's date, ${new Date(created * 1000).toISOString()}, is in the future: check the clock of this machine`,
    );
  if (lasts > 0 && created + lasts < now)
    throw new Error(`the signature expired on ${new Date((created + lasts) * 1000).toISOString()}`);
}

/**
 * The type of bindings with additional release keys. Each entry is an OpenPGP keyring, armored or
 * binary.
 */
const keysBinding = "node-release-keys";

/**
 * Returns the keys that may sign lists of releases: the keys of the Node.js project (from
 * github.com/nodejs/release-keys, by fingerprint) and the keys in bindings.
 *
 * @throws UserError NODE_RELEASE_KEYS_INVALID
 */
export async function releaseKeys(bindings: Pick<Bindings, "filter">): Promise<readonly SigningKey[]> {
  const bound = (await bindings.filter({ type: keysBinding })).flatMap((binding) =>
    binding.keys.flatMap((name) => boundKeys(binding.bytes(name), `${name} of the binding ${binding.name}`)),
  );
  return [...Object.values(projectKeys).flatMap((key) => signingKeysIn(Buffer.from(key, "base64"))), ...bound];
}

function boundKeys(bytes: Uint8Array, source: string): readonly SigningKey[] {
  try {
    return signingKeysIn(bytes);
  } catch (cause) {
    throw new UserError("NODE_RELEASE_KEYS_INVALID", `the entry ${source} is not an OpenPGP keyring`, {
      cause,
      hint: "Export the public keys with gpg --export --armor FINGERPRINT. A keybox file of GnuPG (.kbx) is not a keyring.",
    });
  }
}
