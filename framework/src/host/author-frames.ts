import { existsSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapping } from "node:module";
import { dirname, join, sep } from "node:path";
import { getAsset, isSea } from "node:sea";
import { framesOf } from "../render-error.ts";
import { functionName, namedMessage, type OriginalNames, positionIn } from "./minified-names.ts";

/** Functions that show an error with the names and lines of the buildpack author's source. */
export interface AuthorView {
  /** The lines of a stack that belong to the author. */
  readonly frames: (error: Error) => readonly string[];
  /**
   * The message, with variable names as in the author's source; undefined if the message is not a
   * string.
   */
  readonly message: (error: Error) => string | undefined;
}

/**
 * Creates the functions that show errors with the names and lines of the author's source. In a
 * compiled executable, the executable's source map restores these names and lines. If the source
 * map is unreadable, the stack contains the compiled lines.
 */
export function authorView(map = mapOfExecutable): AuthorView {
  try {
    const origins = originsIn(map());
    return origins === undefined ? sourceView : compiledView(origins);
  } catch {
    return { frames: framesOf, message: textOf };
  }
}

/**
 * The source map of a compiled executable, or of a script run by the image's Node.js; undefined
 * elsewhere.
 */
const mapOfExecutable = (): string | undefined => (isSea() ? getAsset("map", "utf8") : mapNextTo(process.argv[1]));

function mapNextTo(called = ""): string | undefined {
  const file = join(dirname(called), "main.cjs.map");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

const originsIn = (map: string | undefined): SourceMap | undefined =>
  map === undefined ? undefined : new SourceMap(JSON.parse(map));

// An author may throw a value of any type.
const textOf = ({ message }: { readonly message: unknown }) => (typeof message === "string" ? message : undefined);

const sourceView: AuthorView = { frames: (error) => orAll(error, framesOf(error).filter(isOwn)), message: textOf };

const isOwn = (line: string): boolean => !line.includes(dirname(import.meta.dirname) + sep);

// A bug may be in the framework only.
const orAll = (error: Error, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? lines : framesOf(error);

function compiledView(map: SourceMap): AuthorView {
  const names = namesIn(map);
  return {
    frames: (error) => {
      const lines = stackLines(error);
      return orAll(
        error,
        lines.flatMap((line, index) => sourceLine(line, map, functionName(line, lines[index + 1], names))),
      );
    },
    message: (error) => textOf(error) && namedMessage(error.message, positionIn(stackLines(error)[0] ?? ""), names),
  };
}

/** All lines, including those of Node.js: each line is followed by its caller. */
const stackLines = ({ stack }: Error): readonly string[] =>
  String(stack)
    .split("\n")
    .filter((line) => /^ +at /.test(line));

const namesIn = (map: SourceMap): OriginalNames => ({
  engine: "quickjs" in process.versions ? "quickjs" : "v8",
  at: ({ row, column }) => {
    const entry: Partial<SourceMapping> & { readonly name?: string } = map.findEntry(row - 1, column - 1);
    return entry.generatedLine === row - 1 && entry.generatedColumn === column - 1 ? entry.name : undefined;
  },
});

function sourceLine(line: string, map: SourceMap, name: string | undefined): string[] {
  const position = positionIn(line);
  if (position === undefined) return [];
  const origin = map.findOrigin(position.row, position.column);
  if (!("fileName" in origin) || !origin.fileName) return []; // the framework's, or a package's
  const { fileName, lineNumber, columnNumber } = origin;
  const location = `${fileName}:${lineNumber}:${columnNumber}`;
  return [name === undefined ? `    at ${location}` : `    at ${name} (${location})`];
}
