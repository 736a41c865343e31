/**
 * The values for the variables of a template, by name. If the value of a variable is undefined, the
 * template cannot be filled.
 */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Replaces the variables in a template, such as `tool-{version}.tar.gz`, by their values. Returns
 * undefined if a variable has no value.
 */
export function filled(template: string, variables: Variables): string | undefined {
  let isComplete = true;
  const text = template.replace(variable, (_, name: string, format?: Format) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) isComplete = false;
    return formatted(value ?? "", format);
  });
  return isComplete ? text : undefined;
}

/**
 * Replaces those variables in a template that have a value. All other variables are unchanged.
 */
export const partlyFilled = (template: string, variables: Variables): string =>
  template.replace(variable, (text, name: string, format?: Format) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return value === undefined ? text : formatted(value, format);
  });

/** How a variable is written: `{kind:upper}`. `number` matches digits, and drops leading zeros. */
type Format = "upper" | "lower" | "number";

function formatted(value: string, format: Format | undefined): string {
  if (format === "upper") return value.toUpperCase();
  if (format === "lower") return value.toLowerCase();
  return format === "number" ? value.replace(/^0+(?=\d)/, "") : value;
}

/** Returns the names of the variables in a template. */
export const variablesIn = (template: string): readonly string[] =>
  Array.from(template.matchAll(variable), ([, name = ""]) => name);

const variable = /\{([A-Za-z][\w.-]*)(?::(upper|lower|number))?\}/g;

/** Matches a variable or a text of a template. */
export const variableOrText = new RegExp(`${variable.source}|[^{]+|\\{`, "g");
