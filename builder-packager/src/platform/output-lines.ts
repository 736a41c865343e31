/** Turns chunks of bytes into lines; call `end` for the last one without a line end. */
export function outputLines(onLine: (line: string) => void): { write(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    write(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line.replace(/\r$/, ""));
    },
    end() {
      rest += decoder.decode();
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}
