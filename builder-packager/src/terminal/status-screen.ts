import type { ReadStream } from "node:tty";
import { styleText } from "node:util";
import type { Reporter } from "../reporter.ts";
import { renderError } from "./render-error.ts";
import { terminalReporter } from "./terminal-reporter.ts";
import { toolLine } from "./tool-line.ts";

/**
 * A log that scrolls above a status line. If the output is not a terminal, only the log is printed.
 */
export interface StatusScreen {
  readonly reporter: Reporter;
  /** True if programs may print colors. */
  readonly hasColors: boolean;
  /** Prints a line of a program's output with the program's name. */
  program(name: string, line: string): void;
  /** Prints an error with its hint and code. */
  error(error: unknown): void;
  /** Replaces the status line. */
  status(text: string): void;
  /** Removes the status line. */
  close(): void;
}

/** The options of {@link statusScreen}. */
interface ScreenSettings {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
  /** True to show a status line. It needs a terminal. */
  readonly hasStatus: boolean;
}

/**
 * The number of bytes that may wait to be written. A program that prints faster than the terminal
 * shows loses lines, and cnb does not run out of memory.
 */
const maxWaitingBytes = 4 * 1024 * 1024;

/** Creates a {@link StatusScreen}. */
export function statusScreen(stream: NodeJS.WriteStream, settings: ScreenSettings): StatusScreen {
  const line = statusLine(stream, settings.hasStatus);
  const above = Object.create(stream, { write: { value: line.writeAbove } }) as NodeJS.WriteStream;
  const reporter = terminalReporter(above, settings);
  const hasColors = settings.color !== false && stream.isTTY === true && !process.env["NO_COLOR"];
  const dim = (text: string) => (hasColors ? styleText("dim", text, { validateStream: false }) : text);
  let dropped = 0;
  return {
    hasColors,
    reporter: settings.hasStatus ? { ...reporter, progress: () => {} } : reporter,
    program(name, text) {
      if (stream.writableLength > maxWaitingBytes) {
        dropped += 1;
        return;
      }
      if (dropped > 0) line.writeAbove(`${dim(`${name} |`)} (${dropped} lines are left out)\n`);
      dropped = 0;
      line.writeAbove(`${dim(`${name} |`)} ${toolLine(text, { color: hasColors })}\n`);
    },
    error: (error) => void line.writeAbove(renderError(error, { verbose: settings.verbose === true })),
    status: line.show,
    close: line.close,
  };
}

/** The status line, which is cleared before other lines are printed, and drawn again after them. */
function statusLine(stream: NodeJS.WriteStream, isShown: boolean) {
  let text = "";
  const clear = "\r\u001b[K";
  const drawn = () =>
    text === "" ? "" : `\u001b[7m${text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}\u001b[0m`;
  const redraw = () => void stream.write(`${clear}${drawn()}`);
  if (isShown) stream.on("resize", redraw);
  return {
    writeAbove: (lines: string): boolean => stream.write(isShown ? `${clear}${lines}${drawn()}` : lines),
    show(next: string) {
      if (!isShown || next === text) return;
      text = next;
      redraw();
    },
    close() {
      if (!isShown) return;
      stream.off("resize", redraw);
      text = "";
      stream.write(clear);
    },
  };
}

/**
 * Reads single keys from a terminal, without waiting for Enter. Returns a function that stops
 * reading and restores the terminal's mode. The mode is also restored if cnb ends without calling
 * that function: on an error, and by Node.js on a signal.
 */
export function readKeys(input: ReadStream, onKey: (key: string) => void): () => void {
  const restore = () => {
    if (input.isRaw) input.setRawMode(false);
  };
  const read = (chunk: Buffer) => {
    for (const key of chunk.toString("latin1")) onKey(key);
  };
  input.setRawMode(true);
  process.on("exit", restore);
  input.on("data", read).resume();
  return () => {
    input.off("data", read).pause();
    restore();
    process.off("exit", restore);
  };
}
