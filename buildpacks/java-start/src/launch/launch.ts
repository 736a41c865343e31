import type { Start } from "../start.ts";

/** The launch settings of an app. */
export interface Launch {
  readonly start: Start;
  /**
   * The arguments after `java` and its options, instead of `-jar app.jar`; `undefined` if the app
   * is not started by a single command.
   */
  readonly main?: string;
  /** The class path in order: absolute paths. */
  readonly classPath?: readonly string[];
  /**
   * The environment variable for the framework's port; `undefined` if the app reads PORT or has no
   * port.
   */
  readonly portVariable?: string;
  /** Environment variables of the app. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * The maximal number of threads of the app's server, if it is lower than that of servlet
   * containers.
   */
  readonly threads?: number;
  /**
   * Groups of file patterns, each of which becomes a layer of the image. Files that change least
   * frequently come first.
   */
  readonly slices: readonly (readonly string[])[];
  readonly labels?: Readonly<Record<string, string>>;
  /** The paths of the app's jars and classes: files and directories, relative to the app. */
  readonly code: readonly string[];
}
