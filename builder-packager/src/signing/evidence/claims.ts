import type { Content } from "../../copy/content.ts";
import type { Digest } from "../../oci/model/digest.ts";
import type { PublicKey } from "../keys/public-key.ts";
import { type Claim, claimIn, RefusedEvidence } from "./claim.ts";
import { evidenceOf } from "./evidence.ts";

/**
 * The verified statements about a manifest, and the evidence whose verification failed, each with
 * the reason.
 */
export interface FoundClaims {
  readonly claims: readonly Claim[];
  readonly refused: readonly RefusedEvidence[];
}

/**
 * Verifies all signatures and attestations of a manifest.
 *
 * @throws CnbError REGISTRY_….
 */
export async function claimsAbout(digest: Digest, content: Content, keys: readonly PublicKey[]): Promise<FoundClaims> {
  const claims: Claim[] = [];
  const refused: RefusedEvidence[] = [];
  for await (const evidence of evidenceOf(content, digest)) {
    try {
      claims.push(claimIn(evidence, keys, digest));
    } catch (error) {
      if (!(error instanceof RefusedEvidence)) throw error;
      refused.push(error);
    }
  }
  return { claims, refused };
}
