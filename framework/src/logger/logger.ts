import type { TableOptions } from "./table.ts";

/**
 * The log of a buildpack. Texts may contain several lines, and colors. Colors are shown with
 * FORCE_COLOR, and never with NO_COLOR. Other control characters, for example in file names of an
 * app, are escaped.
 */
export interface Logger {
  /** Starts a part of the work with several steps. */
  heading(text: string): void;
  /** Starts a step of the work. */
  step(text: string): void;
  /** Logs a fact about the current step. */
  info(text: string): void;
  /** Warns the user without stopping the work. */
  warn(text: string): void;
  /** Logs only with BP_LOG_LEVEL=debug or BP_DEBUG=true. */
  debug(text: string): void;
  /** Logs a line of a tool's output. */
  output(line: string): void;
  /** Logs rows with aligned columns. */
  table(rows: readonly (readonly string[])[], options?: TableOptions): void;
  /** Logs a step and its duration, even if it fails. Returns the result of `work`. */
  timed<T>(text: string, work: () => T | Promise<T>): Promise<T>;
}
