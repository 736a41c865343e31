/**
 * Splits a variable into arguments as a shell does: quotes group words, and nothing is substituted.
 */
export const argumentsIn = (text: string | undefined): readonly string[] =>
  (text?.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
