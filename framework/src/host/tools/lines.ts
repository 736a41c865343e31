import { masked, secretLines } from "./command-line.ts";

// A tool may print megabytes without a line end.
const maxLineLength = 64 * 1024;

/**
 * Splits bytes into lines without newlines. Text that a carriage return overwrites is dropped. An
 * overlong line is split, but not inside a secret, because the secret would then not be recognized.
 */
export function lineReader(
  onLine: (line: string) => void,
  secrets: readonly string[] = [],
): { write(chunk: Uint8Array): void; end(): void } {
  // so much of a line that goes on may be the beginning of one
  const unsure = Math.max(0, ...secretLines(secrets).map(({ length }) => length - 1));
  const decoder = new TextDecoder();
  let rest = "";
  const emit = (line: string) => onLine(visible(line));
  const take = (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) emit(line);
    if (rest.length <= maxLineLength + unsure) return;
    const safe = masked(rest, secrets);
    const end = Math.max(0, safe.length - unsure);
    emit(safe.slice(0, end));
    rest = safe.slice(end);
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
