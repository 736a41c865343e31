import { lastState } from "../../text/last-state.ts";

/**
 * The maximal length of a line, in characters. Longer lines are passed on in pieces: a program may
 * write gigabytes without a line end.
 */
const longestLine = 1024 * 1024;

/**
 * Converts chunks of bytes to lines. Call `end` after the last chunk, so that a last line without a
 * newline is passed on. A line that is overwritten with carriage returns, such as a progress bar,
 * is passed on in its last state, as a terminal shows it.
 */
export function outputLines(onLine: (line: string) => void): { write(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder();
  const emit = (line: string) => onLine(lastState(line));
  let rest = "";
  return {
    write(chunk) {
      const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
      rest += first; // nothing looks at it before it is complete: that would take longer with each chunk
      for (const next of others) {
        emit(rest);
        rest = next;
      }
      if (rest.length <= longestLine) return;
      emit(rest);
      rest = "";
    },
    end() {
      rest += decoder.decode();
      if (rest !== "") emit(rest);
      rest = "";
    },
  };
}
