/**
 * The values for the variables of a template, by name. If a variable has no value, the filled text
 * is undefined.
 */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Fills the variables of a template, such as `tool-{version}.tar.gz`; undefined if one has no value. */
export function filled(template: string, variables: Variables): string | undefined {
  let isComplete = true;
  const text = template.replace(variable, (_, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) isComplete = false;
    return value ?? "";
  });
  return isComplete ? text : undefined;
}

/** The names of the variables in a template. */
export const variablesIn = (template: string): readonly string[] =>
  Array.from(template.matchAll(variable), ([, name = ""]) => name);

const variable = /\{([A-Za-z][\w.-]*)\}/g;

/** Returns the values of the variables for which the template equals the text; undefined if there are none. */
export type Matcher = (text: string) => Variables | undefined;

/** A longer name of a file or a tag is not a release. */
const longestName = 500;

/**
 * Compiles a template to a matcher. `{version}` matches a version, and any other variable letters,
 * digits, `_`, `.`, `+` and `-`, as few as possible.
 *
 * @example `matcherOf("jq-linux-{arch}")("jq-linux-amd64") // { arch: "amd64" }`
 */
export function matcherOf(template: string): Matcher {
  const names = variablesIn(template);
  const parts = template.split(variable).map((part, index) => {
    if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    return names.indexOf(part) < (index - 1) / 2 ? `\\k<v${names.indexOf(part)}>` : named(part, names.indexOf(part));
  });
  const pattern = new RegExp(`^${parts.join("")}$`);
  return (text) => {
    const match = text.length > longestName ? null : pattern.exec(text);
    return match === null
      ? undefined
      : Object.fromEntries(names.map((name) => [name, match.groups?.[`v${names.indexOf(name)}`]]));
  };
}

const named = (name: string, index: number): string =>
  `(?<v${index}>${name === "version" ? "\\d[\\w.+-]{0,99}?" : "[\\w.+-]{1,100}?"})`;
