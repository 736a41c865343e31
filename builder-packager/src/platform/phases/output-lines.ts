import { lastState } from "../../text/last-state.ts";

/** Of characters. What is longer is passed on in pieces: a program may write gigabytes without a line end. */
const longestLine = 1024 * 1024;

/**
 * Turns chunks of bytes into lines; call `end` for the last one without a line end. A line overwritten
 * with carriage returns, such as a progress bar, is left in its last state, as on a terminal.
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
