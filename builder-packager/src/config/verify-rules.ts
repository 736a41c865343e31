import { resolve } from "node:path";
import { s } from "libcnb/internal";
import type { KnownKeys } from "./unknown-keys.ts";

/**
 * A rule that requires signatures: the images to which it applies, and the keys. A signature by one
 * of the keys is sufficient.
 */
export interface VerifyRule {
  /** Patterns of image names, in which `*` matches any characters; empty for all images. */
  readonly images: readonly string[];
  /** The paths of public keys. */
  readonly keys: readonly string[];
}

/** The schema of the tables `[[verify]]`. */
export const verifySchema = s.list(
  s.table({
    images: s.optional(s.list(s.string)),
    keys: s.list(s.string),
  }),
);

/** The known keys of `[[verify]]`. */
export const verifyKeys: KnownKeys = { images: true, keys: true };

type RawRules = s.Decoded<typeof verifySchema>;

/** Converts decoded tables to rules. */
export const verifyRules = (raw: RawRules = []): readonly VerifyRule[] =>
  raw.map(({ images = [], keys }) => ({ images, keys }));

/** Returns an issue for each table that no signature can fulfil. */
export const verifyIssues = (raw: RawRules = []): s.Issue[] =>
  raw.flatMap(({ keys }, index) =>
    keys.length > 0 ? [] : [{ path: `verify[${index}].keys`, message: "expected at least one key" }],
  );

/** Resolves the paths of keys relative to the directory of the file with the rules. */
export const rulesBelow = (dir: string, rules: readonly VerifyRule[]): readonly VerifyRule[] =>
  rules.map((rule) => ({ ...rule, keys: rule.keys.map((key) => resolve(dir, key)) }));
