import { createHash, type KeyObject, sign } from "node:crypto";
import type { Artifact, Digest } from "@libcnb/packager/oci";

/** The keys and digests that tampered signatures are made with. */
export interface Tampering {
  /** The digest of the image that seems to be signed. */
  readonly digest: Digest;
  /** The digest of another image. */
  readonly other: Digest;
  /** The trusted key. */
  readonly key: KeyObject;
  readonly otherKey: KeyObject;
}

const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
const statementType = "application/vnd.in-toto+json";
const signatureType = "https://sigstore.dev/cosign/sign/v1";

const subjectOf = (digest: Digest) => [{ name: "app", digest: { sha256: digest.slice(7) } }];
const statement = (digest: Digest, more: object = {}) => ({
  _type: "https://in-toto.io/Statement/v1",
  subject: subjectOf(digest),
  predicateType: signatureType,
  predicate: {},
  ...more,
});
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const pae = (type: string, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);

interface Parts {
  readonly payload: Buffer;
  readonly payloadType?: string;
  readonly signature: Buffer;
}

const envelope = ({ payload, payloadType = statementType, signature }: Parts) => ({
  payload: payload.toString("base64"),
  payloadType,
  signatures: [{ sig: signature.toString("base64") }],
});
const bundle = (content: object) => ({
  mediaType: bundleType,
  verificationMaterial: { publicKey: { hint: "" } },
  ...content,
});
const bundled = (parts: Parts): Buffer => bytes(bundle({ dsseEnvelope: envelope(parts) }));

/** A correct signature of a payload in an envelope. */
const signed = (key: KeyObject, payload: Buffer, type = statementType): Buffer =>
  sign("sha256", pae(type, payload), key);

/** A bundle with a correct signature of any payload. */
const correct = (key: KeyObject, payload: Buffer): Buffer => bundled({ payload, signature: signed(key, payload) });

const flipped = (original: Buffer, at: number): Buffer => {
  const copy = Buffer.from(original);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

/** Bundles that must not be accepted, by their defect. `untouched` is the control, which is accepted. */
export const bundles: Readonly<Record<string, (_: Tampering) => Buffer>> = {
  untouched: ({ key, digest }) => correct(key, bytes(statement(digest))),
  "a signature with one changed bit": ({ key, digest }) => {
    const payload = bytes(statement(digest));
    return bundled({ payload, signature: flipped(signed(key, payload), 20) });
  },
  "an empty signature": ({ digest }) => bundled({ payload: bytes(statement(digest)), signature: Buffer.alloc(0) }),
  "a truncated signature": ({ key, digest }) => {
    const payload = bytes(statement(digest));
    return bundled({ payload, signature: signed(key, payload).subarray(0, 40) });
  },
  "a signature by another key": ({ otherKey, digest }) => correct(otherKey, bytes(statement(digest))),
  "a signature of the payload without its type": ({ key, digest }) => {
    const payload = bytes(statement(digest));
    return bundled({ payload, signature: sign("sha256", payload, key) });
  },
  "a signature of the digest alone": ({ key, digest }) =>
    bundled({ payload: bytes(statement(digest)), signature: sign("sha256", Buffer.from(digest), key) }),
  "a signature of SHA-512": ({ key, digest }) => {
    const payload = bytes(statement(digest));
    return bundled({ payload, signature: sign("sha512", pae(statementType, payload), key) });
  },
  "the signature of another image": ({ key, other }) => correct(key, bytes(statement(other))),
  "the digest replaced in the payload of another image": ({ key, digest, other }) =>
    bundled({ payload: bytes(statement(digest)), signature: signed(key, bytes(statement(other))) }),
  "a changed predicate type": ({ key, digest }) => {
    const signature = signed(key, bytes(statement(digest, { predicateType: "https://example.com/other" })));
    return bundled({ payload: bytes(statement(digest)), signature });
  },
  "a changed payload type": ({ key, digest }) => {
    const payload = bytes(statement(digest));
    return bundled({ payload, payloadType: "text/plain", signature: signed(key, payload) });
  },
  "a statement without a subject": ({ key, digest }) => correct(key, bytes(statement(digest, { subject: [] }))),
  "a statement with only a digest of another algorithm": ({ key, digest }) => {
    const sha512 = createHash("sha512").update(digest).digest("hex");
    return correct(key, bytes(statement(digest, { subject: [{ name: "app", digest: { sha512 } }] })));
  },
  "the digest as the name of another subject": ({ key, digest, other }) =>
    correct(key, bytes(statement(digest, { subject: [{ ...subjectOf(other)[0], name: digest }] }))),
  "a signed payload that is not JSON": ({ key, digest }) => correct(key, Buffer.from(digest)),
  "no signature": ({ digest }) =>
    bytes(
      bundle({
        dsseEnvelope: {
          ...envelope({ payload: bytes(statement(digest)), signature: Buffer.alloc(0) }),
          signatures: [],
        },
      }),
    ),
  "two signatures": ({ key, otherKey, digest }) => {
    const payload = bytes(statement(digest));
    const signatures = [otherKey, key].map((each) => ({ sig: signed(each, payload).toString("base64") }));
    return bytes(bundle({ dsseEnvelope: { ...envelope({ payload, signature: Buffer.alloc(0) }), signatures } }));
  },
  "no envelope": () => bytes(bundle({})),
  "an unknown media type": ({ key, digest }) => {
    const payload = bytes(statement(digest));
    const dsseEnvelope = envelope({ payload, signature: signed(key, payload) });
    return bytes({ ...bundle({ dsseEnvelope }), mediaType: "application/json" });
  },
  "content that is not JSON": ({ key, digest }) => correct(key, bytes(statement(digest))).subarray(1),
  "a payload with invalid base64": ({ key, digest }) =>
    Buffer.from(
      correct(key, bytes(statement(digest)))
        .toString()
        .replace('"payload":"', '"payload":"!'),
    ),
};

/** The attached artifact with a bundle. */
export const bundleArtifact = (content: Uint8Array): Artifact => ({
  artifactType: bundleType,
  files: [{ mediaType: bundleType, content }],
  annotations: { "dev.sigstore.bundle.content": "dsse-envelope", "dev.sigstore.bundle.predicateType": signatureType },
});

interface SimpleSigning {
  readonly payload: Buffer;
  /** The signature in base64; undefined to leave out the annotation. */
  readonly signature: string | undefined;
}

const simplePayload = (digest: string, type = "cosign container image signature"): Buffer =>
  bytes({
    critical: { identity: { "docker-reference": "app" }, image: { "docker-manifest-digest": digest }, type },
    optional: null,
  });
const simpleSigned = (key: KeyObject, payload: Buffer): string => sign("sha256", payload, key).toString("base64");
const simple = (key: KeyObject, payload: Buffer): SimpleSigning => ({ payload, signature: simpleSigned(key, payload) });

/** Signatures in the format of cosign 2 that must not be accepted, by their defect. `untouched` is the control. */
export const simpleSignings: Readonly<Record<string, (_: Tampering) => SimpleSigning>> = {
  untouched: ({ key, digest }) => simple(key, simplePayload(digest)),
  "of another image": ({ key, other }) => simple(key, simplePayload(other)),
  "with a replaced digest": ({ key, digest, other }) => ({
    payload: simplePayload(digest),
    signature: simpleSigned(key, simplePayload(other)),
  }),
  "by another key": ({ otherKey, digest }) => simple(otherKey, simplePayload(digest)),
  "without a signature": ({ digest }) => ({ payload: simplePayload(digest), signature: undefined }),
  "with an empty signature": ({ digest }) => ({ payload: simplePayload(digest), signature: "" }),
  "with a digest in capitals": ({ key, digest }) => simple(key, simplePayload(digest.toUpperCase())),
};
