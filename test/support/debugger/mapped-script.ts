import { SourceMap } from "node:module";

interface Position {
  readonly lineNumber: number;
  readonly columnNumber?: number;
}

/** A script that a process runs, and the file that it was compiled from. */
export class MappedScript {
  readonly #file: string;
  readonly #lines: readonly string[];
  readonly #map: SourceMap;

  /** @param mapAddress the `data:` address at the end of the script */
  constructor(file: string, text: string, mapAddress: string) {
    const [head = "", body = ""] = mapAddress.split(",");
    if (!head.startsWith("data:application/json"))
      throw new Error(`the source map of ${file} is not a part of the script`);
    this.#file = file;
    this.#lines = text.split("\n");
    this.#map = new SourceMap(JSON.parse(Buffer.from(body, head.endsWith(";base64") ? "base64" : "utf8").toString()));
  }

  /** The first position that was compiled from a line of the file. */
  positionOf(line: number): Position {
    for (const [lineNumber, text] of this.#lines.entries())
      for (let columnNumber = 0; columnNumber < text.length; columnNumber++)
        if (this.#originalLine({ lineNumber, columnNumber }) === line) return { lineNumber, columnNumber };
    throw new Error(`nothing was compiled from ${this.#file}:${line}`);
  }

  /** The line of the file that a position was compiled from, as `FILE:LINE`. */
  originOf(position: Position): string {
    return `${this.#file}:${this.#originalLine(position)}`;
  }

  #originalLine({ lineNumber, columnNumber = 0 }: Position): number | undefined {
    const entry = this.#map.findEntry(lineNumber, columnNumber);
    return "originalLine" in entry ? entry.originalLine + 1 : undefined;
  }
}
