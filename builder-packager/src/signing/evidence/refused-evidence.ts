/**
 * A signature or attestation whose verification failed. The reason completes a sentence that begins
 * with "the signature".
 */
export class RefusedEvidence extends Error {
  readonly hint: string | undefined;

  constructor(reason: string, hint?: string) {
    super(reason);
    this.hint = hint;
  }
}
