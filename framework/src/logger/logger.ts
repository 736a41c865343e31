import type { TableOptions } from "./table.ts";

/**
 * Where a buildpack says what it does. Texts may have several lines, and colours (shown with FORCE_COLOR, never with NO_COLOR); other control
 * characters, as in file names of an application, are shown as text.
 */
export interface Logger {
  /** A part of the work begins that has several steps. */
  heading(text: string): void;
  /** A step of the work begins. */
  step(text: string): void;
  /** A fact about the current step. */
  info(text: string): void;
  /** Something the user should know although the work goes on. */
  warn(text: string): void;
  /** Shown with BP_LOG_LEVEL=debug or BP_DEBUG=true only. */
  debug(text: string): void;
  /** A line of a tool's output. */
  output(line: string): void;
  /** Rows with aligned columns. */
  table(rows: readonly (readonly string[])[], options?: TableOptions): void;
  /** A step that says how long it took, also if it fails. Gives what `work` gives. */
  timed<T>(text: string, work: () => T | Promise<T>): Promise<T>;
}
