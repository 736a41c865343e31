/** The default version, used because no file and no variable requests one. */
export interface UnsetVersion {
  /** The product: `Node.js`. */
  readonly title: string;
  /** The version that this build takes. */
  readonly version: string;
  /** Its release line, and the one that the default moves to. */
  readonly line: string;
  readonly next: string;
  /** A hint to stay on the line: `set BP_JVM_VERSION=21`. */
  readonly setting: string;
}

/**
 * The warning for an app that requests no version: a newer buildpack may build it with another
 * release line.
 */
export const unsetVersionWarning = ({ title, version, line, next, setting }: UnsetVersion): string =>
  `The app names no version of ${title}: this build uses ${version}. The default will move to ${title} ${next}. To stay on ${line}, ${setting}.`;
