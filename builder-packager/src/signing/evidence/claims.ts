import type { Content } from "../../copy/content.ts";
import type { Digest } from "../../oci/model/digest.ts";
import { type Claim, claimIn, type Trust } from "./claim.ts";
import { evidenceOf } from "./evidence.ts";
import { RefusedEvidence } from "./refused-evidence.ts";

/**
 * The verified statements about a manifest. Also contains the signatures and attestations whose
 * verification failed, each with the reason.
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
export async function claimsAbout(digest: Digest, content: Content, trust: Trust): Promise<FoundClaims> {
  const claims: Claim[] = [];
  const refused: RefusedEvidence[] = [];
  for await (const evidence of evidenceOf(content, digest)) {
    try {
      claims.push(claimIn(evidence, trust, digest));
    } catch (error) {
      if (!(error instanceof RefusedEvidence)) throw error;
      refused.push(error);
    }
  }
  return { claims, refused };
}
