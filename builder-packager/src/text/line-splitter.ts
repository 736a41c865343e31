/** The longest line that is printed as one. */
const maxCharacters = 16 * 1024;

/** Splits a program's output into lines. */
export interface LineSplitter {
  add(chunk: Uint8Array): void;
  /** Prints the end of an output that does not end with a line break. */
  end(): void;
}

/**
 * Creates a {@link LineSplitter}, which calls `print` for each line. An overlong line is printed in
 * several parts, so that the memory for it is bounded.
 */
export function lineSplitter(print: (line: string) => void): LineSplitter {
  const decoder = new TextDecoder();
  let rest = "";
  const take = (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) print(line);
    while (rest.length > maxCharacters) {
      print(rest.slice(0, maxCharacters));
      rest = rest.slice(maxCharacters);
    }
  };
  return {
    add: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end() {
      take(decoder.decode());
      if (rest !== "") print(rest);
      rest = "";
    },
  };
}
