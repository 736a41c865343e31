import { type Bundle, bundleFromJSON } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify";
import type { SignerIdentity } from "../../config/verification/signers.ts";
import { limits } from "../../limits.ts";
import { printable } from "../../text/printable.ts";
import { RefusedEvidence } from "../evidence/refused-evidence.ts";
import { readSigstoreFile, sigstoreInvalid } from "./sigstore-file.ts";

/** A verifier for the signatures of one or several identities. */
export interface KeylessVerifier {
  /** The accepted identities, for messages. */
  readonly accepted: readonly string[];
  /**
   * Verifies a parsed bundle with a certificate, and returns the signed document.
   *
   * @throws RefusedEvidence
   */
  readonly verify: (bundle: unknown) => Uint8Array;
}

/** An instance of sigstore, and the accepted identities that it certifies. */
interface Instance {
  readonly verifier: Verifier;
  readonly trustedRoot: string;
  readonly identities: readonly SignerIdentity[];
}

/**
 * Creates a verifier for the signatures of identities. A signature by one of them is valid if the
 * instance of sigstore in the trusted root of this identity certified the signer.
 *
 * @throws CnbError SIGSTORE_FILE_INVALID
 */
export async function openKeylessVerifier(identities: readonly SignerIdentity[]): Promise<KeylessVerifier> {
  const byRoot = Map.groupBy(identities, ({ trustedRoot }) => trustedRoot);
  const instances: Instance[] = [];
  for (const [trustedRoot, accepted] of byRoot) {
    const verifier = verifierFor(await readSigstoreFile(trustedRoot, "trusted root"), trustedRoot);
    instances.push({ verifier, trustedRoot, identities: accepted });
  }
  return {
    accepted: identities.map(({ identity, issuer }) => shownIdentity(identity, issuer)),
    verify: (document) => verifiedDocument(instances, document),
  };
}

const shownIdentity = (identity: string | undefined, issuer: string | undefined): string =>
  `${short(identity ?? "no identity")} (issuer ${short(issuer ?? "unknown")})`;

const short = (text: string): string => printable(text.slice(0, 300));

/**
 * A signature needs a timestamp, and an entry in a log of signatures and in a log of certificates if
 * the instance has such logs.
 */
function verifierFor(document: unknown, where: string): Verifier {
  try {
    const material = toTrustMaterial(TrustedRoot.fromJSON(document));
    if (material.certificateAuthorities.length === 0) throw new Error("it has no certificate authority");
    return new Verifier(material, {
      ctlogThreshold: material.ctlogs.length > 0 ? 1 : 0,
      tlogThreshold: material.tlogs.length > 0 ? 1 : 0,
      timestampThreshold: 1,
    });
  } catch (cause) {
    throw sigstoreInvalid("trusted root", where, cause instanceof Error ? cause.message : String(cause));
  }
}

/** Returns the document that one of the identities signed. */
function verifiedDocument(instances: readonly Instance[], document: unknown): Uint8Array {
  const bundle = parsedBundle(document);
  const refusals: RefusedEvidence[] = [];
  for (const instance of instances) {
    const signed = signedBy(instance, bundle);
    if (signed instanceof RefusedEvidence) refusals.push(signed);
    else if (isAccepted(signed, instance.identities)) return bundle.content.dsseEnvelope.payload;
    else refusals.unshift(byAnother(signed));
  }
  throw refusals[0] ?? new RefusedEvidence("is by an identity, but only keys are accepted");
}

/** The signer in a verified certificate. */
interface CertifiedSigner {
  readonly identity: string | undefined;
  readonly issuer: string | undefined;
}

// The policy of the library matches the identity as a regular expression without anchors.
const isAccepted = (signer: CertifiedSigner, identities: readonly SignerIdentity[]): boolean =>
  identities.some(({ identity, issuer }) => signer.identity === identity && signer.issuer === issuer);

const byAnother = ({ identity, issuer }: CertifiedSigner): RefusedEvidence =>
  new RefusedEvidence(`is by another identity: ${shownIdentity(identity, issuer)}`);

/** Returns the signer of a bundle that an instance of sigstore certified, or the reason for which it is refused. */
function signedBy({ verifier, trustedRoot }: Instance, bundle: EnvelopeBundle): CertifiedSigner | RefusedEvidence {
  try {
    const { identity } = verifier.verify(toSignedEntity(bundle));
    return { identity: identity?.subjectAlternativeName, issuer: identity?.extensions?.issuer };
  } catch (error) {
    return new RefusedEvidence(`cannot be verified with the trusted root ${trustedRoot}: ${reasonOf(error)}`);
  }
}

type EnvelopeBundle = Bundle & { readonly content: { readonly $case: "dsseEnvelope" } };

const isEnvelopeBundle = (bundle: Bundle): bundle is EnvelopeBundle => bundle.content.$case === "dsseEnvelope";

function parsedBundle(document: unknown): EnvelopeBundle {
  try {
    const bundle = bundleFromJSON(document);
    if (!isEnvelopeBundle(bundle)) throw new Error("it contains no envelope");
    checkNumbers(bundle);
    checkIndexes(bundle);
    return bundle;
  } catch (error) {
    throw new RefusedEvidence(`is not a valid bundle: ${reasonOf(error)}`);
  }
}

const reasonOf = (error: unknown): string => short(error instanceof Error ? error.message : String(error));

/**
 * Bounds the time of the library, which compares each proof with each other one before it verifies
 * any: 8,000 entries of 2.5 MB take 50 seconds.
 */
function checkNumbers({ verificationMaterial: { tlogEntries, timestampVerificationData } }: Bundle): void {
  const { most } = limits.signatureProofs;
  const { rfc3161Timestamps = [] } = timestampVerificationData ?? {};
  if (tlogEntries.length > most) throw new Error(`it has more than ${most} log entries`);
  if (rfc3161Timestamps.length > most) throw new Error(`it has more than ${most} timestamps`);
}

/**
 * Compares the index of each log entry with the index in its inclusion proof, which the library
 * verifies. Entries of Rekor 1 have a promise that signs the index, and their proof counts the
 * entries of one shard only.
 */
function checkIndexes({ verificationMaterial: { tlogEntries } }: Bundle): void {
  for (const { logIndex, inclusionProof, inclusionPromise } of tlogEntries)
    if (inclusionPromise === undefined && inclusionProof !== undefined && inclusionProof.logIndex !== logIndex)
      throw new Error("the index of its log entry differs from the inclusion proof");
}
