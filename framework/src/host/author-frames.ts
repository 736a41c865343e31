import { dirname, sep } from "node:path";
import { framesOf } from "../render-error.ts";

/** Gives the lines of a stack that are the author's: in a compiled executable by the names and lines of the source files. */
export async function authorFrames(): Promise<(error: Error) => readonly string[]> {
  const { getAsset, isSea } = process.getBuiltinModule("node:sea");
  if (!isSea())
    return (error) =>
      orAll(
        error,
        framesOf(error).filter((line) => !isOurs(line)),
      );
  const { SourceMap } = await import("node:module");
  const map = new SourceMap(JSON.parse(getAsset("map", "utf8")));
  return (error) =>
    orAll(
      error,
      framesOf(error).flatMap((line) => sourceLine(line, map)),
    );
}

// A bug may be in the framework only.
const orAll = (error: Error, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? lines : framesOf(error);

const isOurs = (line: string): boolean => line.includes(dirname(import.meta.dirname) + sep);

interface Origins {
  findOrigin(line: number, column: number): { readonly fileName?: string; readonly lineNumber?: number } | object;
}

function sourceLine(line: string, map: Origins): string[] {
  const [, row, column] = /:(\d+):(\d+)\)?$/.exec(line) ?? [];
  if (row === undefined) return [];
  const origin = map.findOrigin(Number(row), Number(column));
  if (!("fileName" in origin) || !origin.fileName) return []; // the framework's, or a package's
  const { fileName, lineNumber, columnNumber } = origin as {
    fileName: string;
    lineNumber: number;
    columnNumber: number;
  };
  return [`    at ${fileName}:${lineNumber}:${columnNumber}`];
}
