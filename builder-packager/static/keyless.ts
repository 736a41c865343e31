import { needsNode } from "./needs-node.ts";

/** Replaces the function of `src/signing/keyless/open-keyless-signer.ts`: the small engine does not sign. */
export function openKeylessSigner(): Promise<never> {
  throw needsNode("signing without a key");
}

/** Replaces the function of `src/signing/keyless/keyless-verifier.ts`, whose library uses more of Node.js than the engine has. */
export function openKeylessVerifier(): Promise<never> {
  throw needsNode("verifying signatures without a key");
}
