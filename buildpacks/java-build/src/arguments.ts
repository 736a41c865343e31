/** The arguments in a variable, as a shell splits them: quotes hold words together, and nothing is substituted. */
export const argumentsIn = (text: string | undefined): readonly string[] =>
  (text?.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
