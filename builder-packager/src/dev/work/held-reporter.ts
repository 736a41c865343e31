import type { Reporter } from "../../reporter.ts";

/** A reporter that buffers its lines. */
export interface HeldReporter extends Reporter {
  /** Prints the lines that were held back. */
  release(): void;
}

/** The number of lines that are held back at most. The first ones are dropped. */
const maxLines = 10_000;

/** Buffers the log of a build, and prints it if the build fails. Warnings are printed at once. */
export function heldReporter(reporter: Reporter): HeldReporter {
  const held: (() => void)[] = [];
  const hold = (kind: "step" | "info" | "debug" | "output") => (text: string) => {
    held.push(() => reporter[kind](text));
    if (held.length > maxLines) held.shift();
  };
  return {
    step: hold("step"),
    info: hold("info"),
    debug: hold("debug"),
    output: hold("output"),
    warn: (text) => reporter.warn(text),
    release() {
      for (const print of held.splice(0)) print();
    },
  };
}
