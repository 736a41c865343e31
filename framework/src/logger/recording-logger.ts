import { stripVTControlCharacters } from "node:util";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { tableLines } from "./table.ts";
import { timedWith } from "./timed.ts";

/** A logger that records its lines. */
export interface RecordingLogger extends Logger {
  /**
   * The logged lines, without colors and indentation. Each row of a table is a line. Debug lines
   * are not included.
   */
  readonly lines: readonly string[];
}

/**
 * Creates a logger that records its lines as plain text. By default, the logger's clock does not
 * advance, so that the lines are reproducible.
 */
export function recordingLogger(clock: Clock = { now: () => 0 }): RecordingLogger {
  const lines: string[] = [];
  const record = (text: string) => void lines.push(stripVTControlCharacters(text));
  return {
    lines,
    heading: record,
    step: record,
    info: record,
    warn: record,
    debug: () => {},
    output: record,
    table: (...given) => void lines.push(...tableLines(...given).map(stripVTControlCharacters)),
    timed: timedWith({ step: record, info: record }, clock),
  };
}
