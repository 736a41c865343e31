import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join, sep } from "node:path";
import { getAsset, isSea } from "node:sea";
import { framesOf } from "../render-error.ts";

/**
 * Gives the lines of a stack that are the author's: in a compiled executable by the names and lines of the source files. Without a map that can be
 * read they are what the stack says.
 */
export function authorFrames(map = mapOfExecutable): (error: Error) => readonly string[] {
  try {
    const origins = originsIn(map());
    const ours = (line: string) => (origins === undefined ? ownLine(line) : sourceLine(line, origins));
    return (error) => orAll(error, framesOf(error).flatMap(ours));
  } catch {
    return framesOf;
  }
}

/** The source map of a compiled executable, or of a script that a Node.js of the image runs; undefined elsewhere. */
const mapOfExecutable = (): string | undefined => (isSea() ? getAsset("map", "utf8") : mapBeside(process.argv[1]));

function mapBeside(called = ""): string | undefined {
  const file = join(dirname(called), "main.cjs.map");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

const originsIn = (map: string | undefined): Origins | undefined =>
  map === undefined ? undefined : new SourceMap(JSON.parse(map));

// A bug may be in the framework only.
const orAll = (error: Error, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? lines : framesOf(error);

const ownLine = (line: string): readonly string[] => (line.includes(dirname(import.meta.dirname) + sep) ? [] : [line]);

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
