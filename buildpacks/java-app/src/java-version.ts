/** A version of Java, possibly partial. */
export interface JavaVersion {
  /** The release line: 8 for `1.8.0_392`, 21 for `21.0.8+9`. */
  readonly feature: number;
  /**
   * The version in the format used since Java 9, without suffixes after the build number:
   * `8.0.392+8`, `21.0.8+9`.
   */
  readonly text: string;
}

/**
 * Parses a version of Java, including the old forms: `1.8`, `8u392-b08`, `1.8.0_392`, `17`,
 * `17.0.9`, `21.0.8+9-LTS`. Returns `undefined` if the text is not a version.
 *
 * @see https://openjdk.org/jeps/223
 */
export function parseJavaVersion(text: string): JavaVersion | undefined {
  const [, digits = "", build] = /^(\d{1,4}(?:\.\d{1,9}){0,5})(?:\+(\d{1,9}))?(?:[-+].*)?$/s.exec(modern(text)) ?? [];
  const feature = Number.parseInt(digits, 10);
  if (Number.isNaN(feature) || feature === 0) return undefined;
  return { feature, text: build === undefined ? digits : `${digits}+${Number(build)}` };
}

/**
 * Returns the release line of a Java version: 8 for `1.8`. Returns `undefined` if the text is not a
 * version.
 */
export const featureOf = (text: string): number | undefined => parseJavaVersion(text)?.feature;

/** `1.8.0_392-b08` and `8u392-b08` in the form of later versions, `8.0.392+08`. */
function modern(text: string): string {
  const [, feature, rest = ""] = /^1\.(\d)(?!\d)(.*)$/s.exec(text.trim()) ?? [];
  return (feature === undefined ? text.trim() : `${feature}${rest}`)
    .replace(/^(\d+)u(\d+)/, "$1.0.$2")
    .replace(/^(\d+\.\d+)_/, "$1.")
    .replace(/-b(\d+)/, "+$1");
}
