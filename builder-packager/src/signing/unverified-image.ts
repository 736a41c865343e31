import { CnbError } from "../errors.ts";
import type { Trust } from "./evidence/claim.ts";
import type { RefusedEvidence } from "./evidence/refused-evidence.ts";
import { signatureType } from "./formats/predicate-types.ts";

/** The result of a failed verification. */
interface Finding {
  /** The type of the required attestation. */
  readonly predicateType: string;
  /** The signatures and attestations that were found, with the reasons for which they were refused. */
  readonly refused: readonly RefusedEvidence[];
  /** The accepted signers. */
  readonly trust: Trust;
}

/** The error for an image without a valid signature or attestation by an accepted signer. */
export class UnverifiedImage extends CnbError<"SIGNATURE_INVALID" | "SIGNATURE_NOT_FOUND"> {
  /** The reason, without the name of the image: `has no …`. */
  readonly reason: string;

  constructor(image: string, finding: Finding) {
    const reason = reasonOf(finding);
    const code = finding.refused.length === 0 ? "SIGNATURE_NOT_FOUND" : "SIGNATURE_INVALID";
    super(code, `${image} ${reason}`, { hint: hintOf(finding) });
    this.reason = reason;
  }
}

function reasonOf({ predicateType, refused, trust }: Finding): string {
  const wanted = predicateType === signatureType ? "signature" : `attestation of the type ${predicateType}`;
  if (refused.length === 0) return `has no ${wanted}, but one by ${signersIn(trust)} is required`;
  const reasons = Map.groupBy(refused, ({ message }) => message);
  const counted = [...reasons].map(([reason, all]) => `${counts(all.length, predicateType)} ${reason}`);
  const found = listed(counted, "; ");
  return `has no valid ${wanted} by ${signersIn(trust)}. Refused: ${found}`;
}

function counts(count: number, predicateType: string): string {
  const noun = predicateType === signatureType ? "signature" : "attestation";
  return count === 1 ? `1 ${noun}, which` : `${count} ${noun}s, each of which`;
}

const most = 5;

const listed = (all: readonly string[], separator: string): string =>
  all.length > most ? [...all.slice(0, most), `${all.length - most} more`].join(separator) : all.join(separator);

/** Names the accepted signers: the files of keys, and identities with their issuers. */
const signersIn = ({ keys, keyless }: Trust): string =>
  listed([...keys.map(({ where }) => where), ...(keyless?.accepted ?? [])], " or ");

function hintOf({ predicateType, refused, trust }: Finding): string {
  const [hint] = refused.flatMap((each) => each.hint ?? []);
  if (hint !== undefined) return hint;
  if (refused.length > 0)
    return "Check who signed the image. To accept this signer, add the key or the identity to the option or the file that requires the signature.";
  if (predicateType !== signatureType) return "Attach an attestation with cnb attest, or remove --type.";
  const option = trust.keys.length > 0 ? "--key FILE" : "--signing-config FILE";
  return `Sign the image with cnb sign IMAGE ${option}, or use an image that is signed.`;
}
