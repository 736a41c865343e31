import type { Signer } from "../src/signing/keys/signer.ts";
import { needsNode } from "./needs-node.ts";

/** Replaces `src/signing/keys/private-key.ts`: the small engine does not sign. */
export function parsePrivateKey(_pem: Uint8Array, _password: string, where: string): Promise<Signer> {
  throw needsNode(`signing with the private key ${where}`, "Or sign with a key service: use --sign-key-command.");
}
