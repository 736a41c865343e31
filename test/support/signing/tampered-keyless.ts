import { generateKeyPairSync, sign } from "node:crypto";

/** The parts of a keyless bundle in JSON that tests change. */
export interface KeylessBundle {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    publicKey?: { hint: string };
    tlogEntries: {
      logIndex?: string;
      canonicalizedBody: string;
      inclusionProof: { rootHash: string; treeSize: string; checkpoint: { envelope: string } };
    }[];
    timestampVerificationData: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
}

/** Changes one bit of binary data in base64, in the middle by default. */
function flipped(text: string, at?: number): string {
  const bytes = Buffer.from(text, "base64");
  const index = at ?? Math.floor(bytes.length / 2);
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return bytes.toString("base64");
}

const entryOf = (bundle: KeylessBundle) => bundle.verificationMaterial.tlogEntries[0] as Entry;
type Entry = KeylessBundle["verificationMaterial"]["tlogEntries"][number];

/** Signs the payload of a bundle with a key that the certificate does not certify. */
function signedAgain({ dsseEnvelope: { payload, payloadType, signatures } }: KeylessBundle): void {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const bytes = Buffer.from(payload, "base64");
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${bytes.length} `),
    Buffer.from(bytes),
  ]);
  signatures[0] = { sig: sign("sha256", signed, privateKey).toString("base64") };
}

type Change = (bundle: KeylessBundle, other: KeylessBundle) => void;

/**
 * Changes one bit of each timestamp. Not every bit counts: verifiers use the certificate of the
 * trusted root instead of the one in the timestamp.
 *
 * @param find returns the index of the byte to change; the bytes are passed in Latin-1
 */
const changedTimestamp =
  (find: (token: string) => number): Change =>
  ({ verificationMaterial: { timestampVerificationData } }) => {
    for (const each of timestampVerificationData.rfc3161Timestamps) {
      const token = Buffer.from(each.signedTimestamp, "base64").toString("latin1");
      each.signedTimestamp = flipped(each.signedTimestamp, find(token));
    }
  };

/**
 * Changes after which a valid keyless bundle must be refused, by their name. `other` is a valid bundle
 * of the same identity for another image.
 */
export const keylessDefects: Readonly<Record<string, Change>> = {
  "a signature with one changed bit": ({ dsseEnvelope }) => {
    dsseEnvelope.signatures = dsseEnvelope.signatures.map(({ sig }) => ({ sig: flipped(sig, 20) }));
  },
  "a signature by a key without a certificate": signedAgain,
  "no signature": ({ dsseEnvelope }) => {
    dsseEnvelope.signatures = [];
  },
  "two signatures": ({ dsseEnvelope }, other) => {
    dsseEnvelope.signatures.push(...other.dsseEnvelope.signatures);
  },
  "the payload of another image": ({ dsseEnvelope }, other) => {
    dsseEnvelope.payload = other.dsseEnvelope.payload;
  },
  "the complete bundle of another image": (bundle, other) => Object.assign(bundle, structuredClone(other)),
  "another payload type": ({ dsseEnvelope }) => {
    dsseEnvelope.payloadType = "text/plain";
  },
  "the certificate of another signature": ({ verificationMaterial }, other) => {
    Object.assign(verificationMaterial, { certificate: other.verificationMaterial.certificate });
  },
  "a certificate with one changed bit": ({ verificationMaterial: { certificate } }) => {
    if (certificate) certificate.rawBytes = flipped(certificate.rawBytes, 300);
  },
  "no certificate": ({ verificationMaterial }) => {
    delete verificationMaterial.certificate;
  },
  "the hint of a key instead of the certificate": ({ verificationMaterial }) => {
    delete verificationMaterial.certificate;
    verificationMaterial.publicKey = { hint: "key" };
  },
  "no entry in the log": ({ verificationMaterial }) => {
    verificationMaterial.tlogEntries = [];
  },
  "the log entry of another signature": ({ verificationMaterial }, other) => {
    verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries;
  },
  "a changed body of the log entry": (bundle) => {
    const entry = entryOf(bundle);
    entry.canonicalizedBody = flipped(entry.canonicalizedBody);
  },
  "a changed index in the log": (bundle) => {
    entryOf(bundle).logIndex = "100000";
  },
  "a changed checkpoint of the log": (bundle) => {
    const { checkpoint } = entryOf(bundle).inclusionProof;
    checkpoint.envelope = checkpoint.envelope.replace("127.0.0.1\n", "127.0.0.2\n");
  },
  "the checkpoint of another entry": (bundle, other) => {
    entryOf(bundle).inclusionProof.checkpoint = entryOf(other).inclusionProof.checkpoint;
  },
  "no timestamp": ({ verificationMaterial }) => {
    verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [] };
  },
  "the timestamp of another signature": ({ verificationMaterial }, other) => {
    verificationMaterial.timestampVerificationData = other.verificationMaterial.timestampVerificationData;
  },
  "a timestamp whose time has one changed bit": changedTimestamp((token) => token.search(/20\d{12}(?:\.\d+)?Z/) + 11),
  "a timestamp whose signature has one changed bit": changedTimestamp((token) => token.length - 9),
  "an unknown media type": (bundle) => {
    bundle.mediaType = "application/json";
  },
};
