import { type Issue, issueLines } from "../spec/schemas/standard-schema.ts";

/**
 * A metadata field whose restored value differs from the requested one. Names of nested fields
 * contain dots.
 */
export interface FieldChange {
  readonly field: string;
  /** The restored value; undefined if there is none. */
  readonly from: unknown;
  /** The requested value; undefined if there is none. */
  readonly to: unknown;
}

/**
 * The reason why a layer is created instead of reused. `Rejection` is the result type of the
 * recipe's `reject`.
 */
export type CreateReason<Rejection extends string = string> =
  /** A temporary layer, which every build creates. */
  | { readonly kind: "uncached" }
  /** Nothing was restored. */
  | { readonly kind: "absent" }
  /** The metadata was restored but not the contents. */
  | { readonly kind: "contents-absent" }
  /** The restored metadata does not have the layer's form. */
  | { readonly kind: "metadata-unreadable"; readonly issues: readonly Issue[] }
  /** The metadata differs. */
  | { readonly kind: "metadata-changed"; readonly changes: readonly FieldChange[] }
  /** The recipe refused the restored contents. */
  | { readonly kind: "rejected"; readonly reason: Rejection };

/**
 * Describes a reason in words that start in lower case and have no full stop.
 *
 * @example `explainReason({ kind: "metadata-changed", changes: [{ field: "version", from: "20.0.0", to: "22.1.0" }] }) // version changed from "20.0.0" to "22.1.0"`
 */
export function explainReason(reason: CreateReason): string {
  switch (reason.kind) {
    case "uncached":
      return "this layer is not cached";
    case "absent":
      return "no cached layer";
    case "contents-absent":
      return "cached layer has no contents";
    case "metadata-unreadable":
      return `cached metadata is unreadable: ${issueLines(reason.issues).join("; ")}`;
    case "metadata-changed":
      return reason.changes.map(explainChange).join(", ");
    case "rejected":
      return `cached layer was rejected: ${reason.reason}`;
  }
}

function explainChange({ field, from, to }: FieldChange): string {
  if (from === undefined) return `${field} is new: ${shown(to)}`;
  if (to === undefined) return `${field} was removed, it was ${shown(from)}`;
  return `${field} changed from ${shown(from)} to ${shown(to)}`;
}

/** Digests in hexadecimal, SHA-256 and longer. */
const digest = /\b([0-9a-f]{12})[0-9a-f]{52,}\b/g;

function shown(value: unknown): string {
  const text = JSON.stringify(value).replace(digest, "$1");
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
