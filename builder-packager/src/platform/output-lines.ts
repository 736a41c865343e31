import { limits } from "../limits.ts";

/** What is longer is passed on in pieces: a program may write gigabytes without a line end. */
const longestLine = limits.outputLine.most;

/** Turns chunks of bytes into lines; call `end` for the last one without a line end. */
export function outputLines(onLine: (line: string) => void): { write(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    write(chunk) {
      const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
      rest += first; // nothing looks at it before it is complete: that would take longer with each chunk
      for (const next of others) {
        onLine(rest.replace(/\r$/, ""));
        rest = next;
      }
      if (rest.length <= longestLine) return;
      onLine(rest);
      rest = "";
    },
    end() {
      rest += decoder.decode();
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}
