// A tool may print megabytes without a line end.
const maxLineLength = 64 * 1024;

/** Cuts bytes into lines of text, without their ends; what a progress bar overwrites with a carriage return is dropped. */
export function lineReader(onLine: (line: string) => void): { write(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder();
  let rest = "";
  const emit = (line: string) => onLine(visible(line));
  const take = (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) emit(line);
    if (rest.length > maxLineLength) {
      emit(rest);
      rest = "";
    }
  };
  return {
    write: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end: () => {
      take(decoder.decode());
      if (rest !== "") emit(rest);
      rest = "";
    },
  };
}

const visible = (line: string) => (line.includes("\r") ? line.replace(/\r$/, "").replace(/^[\s\S]*\r/, "") : line);
