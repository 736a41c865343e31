/** The main attributes of a jar's manifest. Their names are case-insensitive. */
export interface Manifest {
  get(name: string): string | undefined;
  /** The original spelling of the names, in order. */
  readonly names: readonly string[];
}

/**
 * Parses the main section of a `META-INF/MANIFEST.MF`. Invalid lines are skipped, as by most other
 * readers.
 *
 * @see https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html#jar-manifest
 */
export function parseManifest(text: string): Manifest {
  const attributes = new Map<string, { readonly name: string; readonly value: string }>();
  for (const line of mainLines(text)) {
    const [, name, value = ""] = /^([\w-]+): ?(.*)$/s.exec(line) ?? [];
    if (name !== undefined) attributes.set(name.toLowerCase(), { name, value: value.trimEnd() });
  }
  return {
    get: (name) => attributes.get(name.toLowerCase())?.value,
    names: Array.from(attributes.values(), ({ name }) => name),
  };
}

/** The lines up to the first empty one, those that are continued as one: a line has at most 72 bytes. */
function mainLines(text: string): readonly string[] {
  const [main = ""] = text
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .split("\n\n", 1);
  return main.replaceAll("\n ", "").split("\n");
}
