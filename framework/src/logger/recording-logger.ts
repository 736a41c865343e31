import { stripVTControlCharacters } from "node:util";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { tableLines } from "./table.ts";
import { timedWith } from "./timed.ts";

/** A logger that remembers. */
export interface RecordingLogger extends Logger {
  /** What was said, without colours and indentation; a table's rows are lines. Details for debugging are not among them. */
  readonly lines: readonly string[];
}

/** Keeps what was said as plain text. Its clock stands still unless another one is given: texts are the same each time. */
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
