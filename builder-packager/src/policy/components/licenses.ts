import { type LicenseExpression, licenseExpression } from "libcnb/internal";
import { matchesGlob } from "./glob.ts";

/** The licences that a policy allows and denies. */
export interface LicenseLists {
  /** The allowed licences; undefined allows all that are not denied. */
  readonly allow: readonly string[] | undefined;
  readonly deny: readonly string[];
}

/**
 * Returns the licences in a component's expression that the lists do not permit; empty if the
 * expression is permitted. For `A OR B`, one permitted licence is enough. For `A AND B`, both must
 * be permitted.
 *
 * @param text an SPDX expression, or any other name of a licence
 * @example `refusedLicenses("MIT OR AGPL-3.0-only", { allow: undefined, deny: ["AGPL-*"] }) // []`
 */
export function refusedLicenses(text: string, lists: LicenseLists): readonly string[] {
  const expression = licenseExpression(text);
  if (expression === undefined) return isPermitted({ license: text.trim() }, lists) ? [] : [text.trim()];
  return [...new Set(refusedIn(expression, lists))];
}

function refusedIn(expression: LicenseExpression, lists: LicenseLists): readonly string[] {
  if (!("conjunction" in expression)) return isPermitted(expression, lists) ? [] : [formatted(expression)];
  const left = refusedIn(expression.left, lists);
  if (expression.conjunction === "or" && left.length === 0) return [];
  const right = refusedIn(expression.right, lists);
  if (expression.conjunction === "or" && right.length === 0) return [];
  return [...left, ...right];
}

interface SingleLicense {
  readonly license: string;
  readonly plus?: boolean | undefined;
  readonly exception?: string | undefined;
}

/**
 * An exception adds permissions. So an allowed licence is also allowed with an exception, and a
 * denied licence is permitted with an exception that the policy allows by name.
 */
function isPermitted(single: SingleLicense, { allow, deny }: LicenseLists): boolean {
  const whole = formatted(single);
  const bare = formatted({ license: single.license, plus: single.plus });
  const isListed = (list: readonly string[], name: string) =>
    list.some((entry) => matchesGlob(normalized(entry), normalized(name)));
  if (isListed(deny, whole)) return false;
  if (single.exception !== undefined && allow !== undefined && isListed(allow, whole)) return true;
  if (isListed(deny, bare)) return false;
  return allow === undefined || isListed(allow, whole) || isListed(allow, bare);
}

const formatted = ({ license, plus, exception }: SingleLicense): string =>
  `${license}${plus === true ? "+" : ""}${exception === undefined ? "" : ` WITH ${exception}`}`;

/** Lower case, and the current identifiers of the GNU licences: `GPL-2.0+` is `GPL-2.0-or-later`. */
function normalized(name: string): string {
  const lower = name.trim().toLowerCase();
  return lower.replace(/^((?:[al]?gpl|gfdl)-\d+\.\d+)(\+?)(?= with |$)/, (_, license, plus) =>
    plus === "+" ? `${license}-or-later` : `${license}-only`,
  );
}

/**
 * True if a text can be an entry of a policy's licence lists: a licence with or without an
 * exception, or a pattern.
 */
export function isLicenseEntry(text: string): boolean {
  if (text.includes("*") || /^LicenseRef-/i.test(text)) return true;
  const expression = licenseExpression(text);
  return expression !== undefined && !("conjunction" in expression);
}
