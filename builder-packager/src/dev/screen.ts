import type { Reporter } from "../reporter.ts";

/** The output of `cnb dev`: the log, the lines of programs, and the status line. */
export interface DevScreen {
  /** Prints lines of cnb and of buildpacks. */
  readonly reporter: Reporter;
  /** True if programs may print colors. */
  readonly hasColors: boolean;
  /** Prints a line of a program's output: of the app or of the tests. */
  program(name: "app" | "test", line: string): void;
  /** Prints an error with its hint and code. */
  error(error: unknown): void;
  /** Shows the state at the bottom of a terminal. */
  status(text: string): void;
}
