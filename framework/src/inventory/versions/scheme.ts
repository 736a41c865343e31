/** The operations of a version scheme. */
export interface Versions {
  isVersion(text: string): boolean;
  /**
   * The number of components that identify a release line: one for Node.js (`22`), two for Python
   * (`3.14`).
   */
  readonly lineLength: 1 | 2;
  /** Compares versions. Returns a negative number if `a` is older. */
  compare(a: string, b: string): number;
  /**
   * Compiles a range to a predicate; undefined for an invalid range. Pre-releases match only if
   * requested, or if the range names one.
   */
  range(text: string, prereleases: boolean): ((version: string) => boolean) | undefined;
}
