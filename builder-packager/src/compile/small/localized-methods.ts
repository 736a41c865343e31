/** A call of a method whose result depends on a language. */
export interface MethodUse {
  readonly name: string;
  /** The line of the call in the bundle, counted from 0. */
  readonly line: number;
  readonly column: number;
}

/** A method that needs a language, or one that needs it only for languages other than English. */
const call =
  /\.(?:(localeCompare|toLocale(?:Date|Time)?String)\(|(toLocale(?:Lower|Upper)Case)\((?!\)|void 0\)|"en(?:-[A-Z]{2})?"\)))/dg;

/**
 * Finds the calls of methods such as `localeCompare` and `toLocaleString` in a bundle. The types of
 * the objects are unknown, so a method with the same name in a class of the buildpack is found as
 * well.
 *
 * @param text the bundle, minified only in its syntax
 */
export const localizedMethodUses = (text: string): readonly MethodUse[] =>
  text.split("\n").flatMap((row, line) =>
    [...row.matchAll(call)].map(({ 1: always, 2: inLanguage = "", indices }) => ({
      name: always ?? inLanguage,
      line,
      column: (indices?.[1] ?? indices?.[2])?.[0] ?? 0,
    })),
  );
