import spdxParse, { type Info as ParsedExpression } from "spdx-expression-parse";
import deprecatedIds from "spdx-license-ids/deprecated.json" with { type: "json" };
import licenseIds from "spdx-license-ids/index.json" with { type: "json" };

/** A license: a license of the SPDX list, an SPDX expression, or any other license by name. */
export type License =
  | { readonly kind: "id"; readonly id: string }
  | {
      readonly kind: "expression";
      readonly expression: string;
      readonly refs: readonly string[];
      readonly isAtom: boolean;
    }
  | { readonly kind: "named"; readonly name: string };

/** Classifies the text of a license. Returns undefined if the text is empty or `NOASSERTION`. */
export function licenseOf(text: string): License | undefined {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed === "NOASSERTION") return undefined;
  const id = ids.get(trimmed.toLowerCase());
  if (id !== undefined) return { kind: "id", id };
  return expressionOf(trimmed) ?? { kind: "named", name: trimmed };
}

/**
 * Combines licenses that apply together into one SPDX expression. `refOf` returns the reference of
 * a license that is not in the SPDX list.
 */
export function allOf(licenses: readonly License[], refOf: (name: string) => string): string {
  const terms = licenses.map((license) => {
    if (license.kind === "named") return refOf(license.name);
    if (license.kind === "id") return license.id;
    return license.isAtom || licenses.length === 1 ? license.expression : `(${license.expression})`;
  });
  return terms.join(" AND ");
}

// SPDX ids are case-insensitive; the SBOM contains the spelling of the SPDX list
const ids: ReadonlyMap<string, string> = new Map([...deprecatedIds, ...licenseIds].map((id) => [id.toLowerCase(), id]));

// A longer value is a licence text or hostile. The time and stack of the parser grow with the length.
const maxExpressionLength = 2000;

/** A parsed SPDX expression: a licence, or two expressions that `AND` or `OR` joins. */
export type LicenseExpression = ParsedExpression;

/**
 * Parses an SPDX expression, with identifiers in any case; undefined for any other text.
 *
 * @example `licenseExpression("MIT OR Apache-2.0") // { left: { license: "MIT" }, conjunction: "or", right: … }`
 */
export const licenseExpression = (text: string): LicenseExpression | undefined =>
  text.length > maxExpressionLength
    ? undefined
    : parse(text.replace(/[\w.+-]+/g, (word) => ids.get(word.toLowerCase()) ?? word));

function expressionOf(text: string): License | undefined {
  const parsed = licenseExpression(text);
  if (parsed === undefined) return undefined;
  const atoms = [...atomsOf(parsed)];
  // a reference to another SPDX document, which is not available
  if (atoms.some((atom) => atom.startsWith("DocumentRef-"))) return undefined;
  const expression = format(parsed);
  if (ids.has(expression.toLowerCase())) return { kind: "id", id: expression };
  const refs = atoms.filter((atom) => atom.startsWith("LicenseRef-"));
  return { kind: "expression", expression, refs, isAtom: !("conjunction" in parsed) };
}

function parse(text: string): ParsedExpression | undefined {
  try {
    return spdxParse(text);
  } catch {
    return undefined;
  }
}

function* atomsOf(parsed: ParsedExpression): Generator<string> {
  if (!("conjunction" in parsed)) return yield parsed.license;
  yield* atomsOf(parsed.left);
  yield* atomsOf(parsed.right);
}

function format(parsed: ParsedExpression): string {
  if (!("conjunction" in parsed)) {
    const exception = parsed.exception === undefined ? "" : ` WITH ${parsed.exception}`;
    return `${parsed.license}${parsed.plus === true ? "+" : ""}${exception}`;
  }
  const sides = [parsed.left, parsed.right].map((side) => {
    // AND binds tighter than OR
    const isLoose = parsed.conjunction === "and" && "conjunction" in side && side.conjunction === "or";
    return isLoose ? `(${format(side)})` : format(side);
  });
  return sides.join(` ${parsed.conjunction.toUpperCase()} `);
}
