import { type Binding, UserError } from "libcnb";

/** A credential helper for git: credentials, and the URLs for which git uses them. */
export interface Helper {
  /** The address, such as `https://git.example.com`; `undefined` for all addresses. */
  readonly context: string | undefined;
  readonly binding: Binding;
}

/**
 * Reads bindings of the type `git-credentials`.
 *
 * @throws UserError GIT_CREDENTIALS_INVALID that lists all mistakes
 */
export function helpersOf(bindings: readonly Binding[]): readonly Helper[] {
  const helpers = bindings.map((binding) => ({ binding, context: contextOf(binding) }));
  const problems = helpers.flatMap(({ binding, context }, index) => [
    ...(binding.has("credentials") ? [] : [`the binding ${binding.name} has no entry "credentials"`]),
    ...(isPossible(context) ? [] : [`the context of the binding ${binding.name} is not a URL`]),
    ...sameContext(helpers.slice(0, index), { binding, context }),
  ]);
  if (problems.length === 0) return helpers.toSorted(bySpecificity);
  throw new UserError("GIT_CREDENTIALS_INVALID", problems.join("; "), {
    hint: 'Add an entry "credentials" with the lines username=… and password=… to each binding. If there are several bindings, give each its own entry "context" with a URL, such as https://git.example.com.',
  });
}

/** git asks all that fit, in their order, until it has what it wants. */
const bySpecificity = (a: Helper, b: Helper): number => (b.context?.length ?? 0) - (a.context?.length ?? 0);

const contextOf = (binding: Binding): string | undefined =>
  (binding.has("context") ? binding.text("context").trim() : "") || undefined;

/** True if git's configuration file can contain the context: it has no control characters. */
const isPossible = (context: string | undefined): boolean => context === undefined || /^[^\p{Cc}]+$/u.test(context);

const sameContext = (others: readonly Helper[], { binding, context }: Helper): readonly string[] => {
  const same = others.find((other) => other.context === context);
  const shown = context === undefined ? "have no context" : `are for ${context}`;
  return same === undefined ? [] : [`the bindings ${same.binding.name} and ${binding.name} both ${shown}`];
};

/**
 * Formats git's configuration. The credential helper is `cat`, so the credentials remain in the
 * binding, where later buildpacks can also read them.
 */
export const gitConfig = (files: ReadonlyMap<Helper, string>): string =>
  [...files]
    .map(([{ context }, file]) => {
      const section = context === undefined ? "credential" : `credential ${quoted(context)}`;
      return `[${section}]\n\thelper = ${quoted(`!f() { cat ${forShell(file)}; }; f`)}\n`;
    })
    .join("");

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
const forShell = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
