import { s } from "libcnb/internal";
import type { KnownKeys } from "../unknown-keys.ts";
import { type Signers, signersBelow, signersEntries, signersIssues, signersKeys, signersOf } from "./signers.ts";

/**
 * A rule that requires signatures: the images to which it applies, and the signers. A signature by
 * one of the signers is sufficient.
 */
export interface VerifyRule extends Signers {
  /** Patterns of image names, in which `*` matches any characters; empty for all images. */
  readonly images: readonly string[];
}

/** The schema of the `[[verify]]` tables in cnb's configuration file. */
export const verifySchema = s.list(s.table({ images: s.optional(s.list(s.string)), ...signersEntries }));

/** The known keys of the `[[verify]]` tables. */
export const verifyKeys: KnownKeys = { images: true, ...signersKeys };

type RawRules = s.Decoded<typeof verifySchema>;

/** Converts decoded `[[verify]]` tables to rules. */
export const verifyRules = (raw: RawRules = []): readonly VerifyRule[] =>
  raw.map(({ images = [], ...signers }) => ({ images, ...signersOf(signers) }));

/** Returns an issue for each `[[verify]]` table that no signature can fulfil. */
export const verifyIssues = (raw: RawRules = []): s.Issue[] =>
  raw.flatMap((rule, index) => signersIssues(rule, `verify[${index}]`));

/** Resolves the paths in rules, relative to the directory of the file that contains the rules. */
export const rulesBelow = (dir: string, rules: readonly VerifyRule[]): readonly VerifyRule[] =>
  rules.map(({ images, ...signers }) => ({ images, ...signersBelow(dir, signers) }));
