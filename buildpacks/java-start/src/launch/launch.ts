import type { Start } from "../start.ts";

/** How an app is launched. */
export interface Launch {
  readonly start: Start;
  /** What follows `java` and its options instead of `-jar app.jar`; `undefined`: the app is no matter of one command. */
  readonly main?: string;
  /** What Java searches for classes by itself, in this order: absolute paths. */
  readonly classPath?: readonly string[];
  /** By what the framework is told its port; `undefined`: the app reads PORT, if anything. */
  readonly portVariable?: string;
  /** Variables for what the app would know otherwise. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The threads that its server needs at most, where these are fewer than those of Servlet containers. */
  readonly threads?: number;
  /** Groups of patterns, what changes least first. */
  readonly slices: readonly (readonly string[])[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Where the jars and classes are that it is made of: files and folders, relative to the app. */
  readonly code: readonly string[];
}
