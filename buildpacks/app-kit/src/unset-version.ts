/** The default version of a product, for a build that requests none. */
export interface UnsetVersion {
  /** The name of the product: `Node.js`. */
  readonly title: string;
  /** The version that this build uses. */
  readonly version: string;
  /** The release line of that version, and the line that will be the next default. */
  readonly line: string;
  readonly next: string;
  /** A hint on how to stay on the line: `set BP_JVM_VERSION=21`. */
  readonly setting: string;
}

/**
 * The warning for an app that requests no version: a newer buildpack may build it with another
 * release line.
 */
export const unsetVersionWarning = ({ title, version, line, next, setting }: UnsetVersion): string =>
  `The app requests no version of ${title}: this build uses ${version}. The default will change to ${title} ${next}. To stay on ${line}, ${setting}.`;
