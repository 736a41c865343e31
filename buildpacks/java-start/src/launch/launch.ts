import type { Start } from "../start.ts";

/** The launch settings of an app. */
export interface Launch {
  readonly start: Start;
  /**
   * The arguments after `java` and its options in place of `-jar app.jar`; `undefined` if the app
   * is not a single command.
   */
  readonly main?: string;
  /** The class path in order: absolute paths. */
  readonly classPath?: readonly string[];
  /** The variable with the framework's port; `undefined` if the app reads PORT, if any. */
  readonly portVariable?: string;
  /** Environment variables of the app. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The threads that its server needs at most, where these are fewer than those of Servlet containers. */
  readonly threads?: number;
  /** Groups of patterns, least frequently changed first. */
  readonly slices: readonly (readonly string[])[];
  readonly labels?: Readonly<Record<string, string>>;
  /** The locations of its jars and classes: files and directories, relative to the app. */
  readonly code: readonly string[];
}
