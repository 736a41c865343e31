/**
 * A position in the minified script, as a line of a stack trace contains it. Both numbers start at
 * 1.
 */
export interface Position {
  readonly row: number;
  readonly column: number;
}

/** The lookup of the names that identifiers had before minification. */
export interface OriginalNames {
  /** The engine that printed the stack. @default "v8" */
  readonly engine?: "v8" | "quickjs" | undefined;
  /**
   * Returns the author's name of the variable at exactly this position, or of the function that
   * `await` or `new` calls there; undefined if the name was not minified.
   */
  at(position: Position): string | undefined;
}

// With up to 221,000 variables in a script, names that minifying makes have at most three characters.
const isShort = (name: string): boolean => name.length <= 3;

/**
 * Returns the position in a line of a stack trace; undefined for a line about a built-in function.
 */
export function positionIn(line: string): Position | undefined {
  const [, row, column] = /:(\d+):(\d+)\)?$/.exec(line) ?? [];
  return row === undefined ? undefined : { row: Number(row), column: Number(column) };
}

/**
 * Returns the original name of the function in a line of a stack trace. Returns undefined if the
 * function has no name, or if the name is uncertain. V8 prints the names of properties, which
 * minifying does not change. The name of a variable is in the source map, at the position of the
 * calling line.
 */
export function functionName(line: string, caller: string | undefined, names: OriginalNames): string | undefined {
  const [, printed = "", alias] = /^ +at (?:async )?(?:new )?(\S+)(?: \[as (.+)\])? \(/.exec(line) ?? [];
  const [name = "", type] = printed.split(".").reverse();
  if (alias !== undefined) return alias;
  if (name === "" || name === "<anonymous>") return undefined;
  if (type !== undefined) return isShort(type) || type === "Object" ? name : `${type}.${name}`;
  return isShort(name) ? calledName(name, caller, names) : name;
}

// V8 gives the column of `f` in `f()`, of `new` in `new F()`, and of `await` in the lines that wait: the packager names the function there.
// quickjs-ng gives the column after `f(`.
function calledName(printed: string, caller: string | undefined, names: OriginalNames): string | undefined {
  const position = caller === undefined ? undefined : positionIn(caller);
  const offset = names.engine === "quickjs" ? `${printed}(`.length : 0;
  return position && names.at({ row: position.row, column: position.column - offset });
}

// V8's messages about variables, and the offset of the variable from the column in the stack.
const sentences: readonly (readonly [RegExp, (path: string) => number])[] = [
  [/^()(\S+)( is not a function.*| is not iterable.*)$/s, (path) => -(path.lastIndexOf(".") + 1)],
  [/^()(\S+)( is not a constructor)$/, () => "new ".length],
  [/^(Cannot access ')(\S+)(' before initialization)$/, () => 0],
];

/** Returns V8's error message with the original name of a variable instead of the minified name. */
export function namedMessage(message: string, top: Position | undefined, names: OriginalNames): string {
  for (const [pattern, offset] of sentences) {
    const [, before = "", path = "", after = ""] = pattern.exec(message) ?? [];
    const [variable = ""] = /^[\w$]+/.exec(path) ?? [];
    if (top === undefined || variable === "" || !isShort(variable)) continue;
    const name = names.at({ row: top.row, column: top.column + offset(path) });
    if (name !== undefined) return before + name + path.slice(variable.length) + after;
  }
  return message;
}
