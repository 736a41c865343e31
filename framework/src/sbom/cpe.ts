import type { Component } from "./component-model.ts";

/** Returns the component's CPE names, in a fixed order and without duplicates. */
export const cpesOf = ({ cpe = [] }: Component): readonly string[] =>
  [...new Set(typeof cpe === "string" ? [cpe] : cpe)].sort();

// The formatted string of NIST IR 7695: part, five values, language, four values. `*` is any, `-` none, `\` quotes.
const cpeValue = "(?:[*-]|(?:\\?*|\\*)(?:[\\w.-]|\\\\[!-,/:-@[-^`{-~])+(?:\\?*|\\*))";
const cpeLanguage = "(?:[*-]|[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?)";
const cpePattern = new RegExp(`^cpe:2\\.3:[aho*-](?::${cpeValue}){5}:${cpeLanguage}(?::${cpeValue}){4}$`);

/** True if a text is a CPE 2.3 name. */
export const isCpe = (cpe: string): boolean => cpePattern.test(cpe);
