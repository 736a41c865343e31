import type { PolicyRuleCode } from "./catalogue.ts";

/** A violation of a rule by an image, before waivers are applied. */
export interface Violation {
  readonly rule: PolicyRuleCode;
  /** The key of the policy that is violated, such as `image.max-size`. */
  readonly path: string;
  /** The subject that a waiver names; `""` if it is the image. */
  readonly subject: string;
  /** A clause about the image, without its name. */
  readonly message: string;
  /** Facts for programs, such as the layer of a secret. */
  readonly details?: Readonly<Record<string, string>>;
}

/** A violation, with the waiver or the analysis that suppresses it, if any. */
export interface PolicyFinding extends Violation {
  readonly severity: "error" | "warning";
  readonly image: string;
  readonly platform: string;
  readonly digest: string;
  /** The reason of the waiver, or the analysis in a report; undefined if the finding counts. */
  readonly suppressed?: string | undefined;
}
