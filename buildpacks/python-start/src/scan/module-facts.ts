import { type Statement, statements } from "./statements.ts";

/** The value that a name has in a module, as far as the source shows it. */
export type Value =
  | Call
  /** Another name, maybe with attributes: `app.server`. */
  | { readonly kind: "name"; readonly name: string }
  /**
   * The imports: `shop.main:app`. A module has no name after the colon. Relative imports begin with
   * dots.
   */
  | { readonly kind: "import"; readonly module: string; readonly name: string | undefined }
  | { readonly kind: "function"; readonly needsArguments: boolean }
  | { readonly kind: "unknown" };

/** A value that is the result of a call. */
export interface Call {
  readonly kind: "call";
  /** The name of the called function, with attributes: `web.Application`. */
  readonly callee: string;
  /** The names that are arguments of the call. */
  readonly args: readonly string[];
  /**
   * The previous value of the assigned name, if the name is also an argument: `app = Wrapper(app)`.
   */
  readonly before?: Value;
}

/** The facts about a module that can be read from its source, without running it. */
export interface ModuleFacts {
  /**
   * The names of the module, in the order in which they are first bound. If a name is bound several
   * times, its last value is used.
   */
  readonly names: ReadonlyMap<string, Value>;
  /** The names of the functions that each function of the module calls, by the calling function. */
  readonly calls: ReadonlyMap<string, readonly string[]>;
  /**
   * All modules that are imported anywhere, and the names imported from them: `streamlit`,
   * `fastapi.FastAPI`.
   */
  readonly imports: readonly string[];
  /** The modules from which all names are imported. */
  readonly stars: readonly string[];
  /** True if the source contains an `if __name__ == "__main__":`. */
  readonly hasMain: boolean;
  /** True if the module's code does more than define names, for example contains calls or loops. */
  readonly acts: boolean;
  /** All names that are called anywhere. */
  readonly called: ReadonlySet<string>;
}

/** Extracts facts about a module from its source. */
export function moduleFacts(source: string): ModuleFacts {
  const names = new Map<string, Value>();
  const calls = new Map<string, string[]>();
  const imports: string[] = [];
  const stars: string[] = [];
  const found = statements(source);
  for (const statement of found) {
    const bound = importsOf(statement.text);
    for (const { module, name } of bound.values) imports.push(name === undefined ? module : `${module}.${name}`);
    if (bound.star !== undefined) stars.push(bound.star);
    if (statement.inside !== undefined) listIn(calls, statement.inside).push(...callsIn(statement.text));
    if (statement.scope !== "module") continue;
    for (const [name, value] of [...bound.names, ...bindingsOf(statement.text, names)]) names.set(name, value);
  }
  return {
    names,
    calls,
    imports,
    stars,
    hasMain: found.some(({ scope }) => scope === "main"),
    acts: found.some(acts),
    called: new Set(found.flatMap(({ text }) => callsIn(text))),
  };
}

function listIn(lists: Map<string, string[]>, name: string): string[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}

type Bindings = readonly (readonly [name: string, value: Value])[];
type Import = Value & { readonly kind: "import" };

/** The names that an import binds, and the modules that it imports. */
function importsOf(text: string): {
  readonly names: Bindings;
  readonly values: readonly Import[];
  readonly star?: string;
} {
  const [, from, list] = /^from\s+([.\w]+)\s+import\s+(.*)$/.exec(text) ?? [];
  if (from !== undefined && list?.trim() === "*")
    return { names: [], values: [{ kind: "import", module: from, name: undefined }], star: from };
  if (from !== undefined)
    return all(itemsOf(list ?? "").map(([name, as]) => [as ?? name, { kind: "import", module: from, name }]));
  const [, modules] = /^import\s+(.*)$/.exec(text) ?? [];
  return all(itemsOf(modules ?? "").map(([module, as]) => importOfModule(module, as)));
}

const all = (names: readonly (readonly [string, Import])[]) => ({ names, values: names.map(([, value]) => value) });

/** `import a.b` binds `a`. */
const importOfModule = (module: string, as: string | undefined): readonly [string, Import] => {
  const [first = ""] = module.split(".");
  return as === undefined
    ? [first, { kind: "import", module: first, name: undefined }]
    : [as, { kind: "import", module, name: undefined }];
};

/** `a as b, c`, also in parentheses. */
const itemsOf = (list: string): readonly (readonly [name: string, as: string | undefined])[] =>
  list
    .replace(/^\s*\(|\)\s*$/g, "")
    .split(",")
    .map((item) => /^\s*([.\w]+)(?:\s+as\s+(\w+))?\s*$/.exec(item))
    .flatMap((match) => (match?.[1] === undefined ? [] : [[match[1], match[2]] as const]));

/** The names that a statement other than an import binds. */
function bindingsOf(text: string, names: ReadonlyMap<string, Value>): Bindings {
  const [, isAsync, func, params] = /^(async\s+)?def\s+(\w+)\s*\((.*)$/.exec(text) ?? [];
  if (func !== undefined)
    return [[func, isAsync ? unknown : { kind: "function", needsArguments: needsArguments(params ?? "") }]];
  const [, type] = /^class\s+(\w+)/.exec(text) ?? [];
  if (type !== undefined) return [[type, unknown]];
  return assigned(text).map(([name, value]) => [name, wrapped(name, value, names)]);
}

/** `app = Wrapper(app)`: what is wrapped is what the name was before. */
function wrapped(name: string, value: Value, names: ReadonlyMap<string, Value>): Value {
  const before = names.get(name);
  return value.kind === "call" && value.args.includes(name) && before !== undefined ? { ...value, before } : value;
}

const unknown: Value = { kind: "unknown" };

/** The names that are assigned: one, several (`a = b = …`), or those of a tuple, whose first one is taken for what is called. */
function assigned(text: string): Bindings {
  // one after the other: an expression for all of them takes time that grows with the square of their number
  const target = /([A-Za-z_][\w.]*)\s*(?::[^=]*)?=(?!=)\s*/y;
  const targets: string[] = [];
  let end = 0;
  for (let found = target.exec(text); found !== null; found = target.exec(text)) {
    targets.push(found[1] ?? "");
    end = target.lastIndex;
  }
  if (targets.length > 0) {
    const known = valueIn(text.slice(end));
    return targets.filter((name) => !name.includes(".")).map((name) => [name, known]);
  }
  const [, tuple, call] = /^\(?\s*((?:[A-Za-z_]\w*\s*,\s*)+(?:[A-Za-z_]\w*\s*)?)(?:\)\s*)?=(?!=)(.*)$/.exec(text) ?? [];
  if (tuple === undefined) return [];
  const [first, ...others] = tuple
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const known = valueIn(call ?? "");
  return [[first ?? "", known.kind === "call" ? known : unknown], ...others.map((name) => [name, unknown] as const)];
}

/** The text after the `=`. */
function valueIn(text: string): Value {
  const value = text.trim();
  if (value.startsWith("(") && closing(value, 0) === value.length - 1 && !/^\(\s*\)$|,/.test(value))
    return valueIn(value.slice(1, -1));
  if (/^(?:None|True|False)$/.test(value)) return unknown;
  if (/^[A-Za-z_]\w*(\s*\.\s*\w+)*$/.test(value)) return { kind: "name", name: value.replace(/\s/g, "") };
  const [head, callee] = /^([A-Za-z_][\w.]*)\s*\(/.exec(value) ?? [];
  if (head === undefined || callee === undefined) return unknown;
  const end = closing(value, head.length - 1);
  if (value.slice(end + 1).trim() !== "") return unknown;
  return {
    kind: "call",
    callee,
    args: value.slice(head.length, end).match(/(?<![\w.])[A-Za-z_]\w*(?![\w(]|\s*=(?!=))/g) ?? [],
  };
}

/** The index of the parenthesis that closes the one at `start`. */
function closing(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if ("([{".includes(text.charAt(at))) depth += 1;
    if (")]}".includes(text.charAt(at))) depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

/** True if a function cannot be called without arguments: `params` begin behind the parenthesis. */
function needsArguments(params: string): boolean {
  const list = params.slice(0, Math.max(0, closing(`(${params}`, 0) - 1));
  return (
    topLevel(list).some((param) => !/^(\*|\/|$)/.test(param) && !/[^=!<>]=[^=]/.test(param)) ||
    (/^\*\s*,/.test(list) && /,\s*\w+\s*(:[^=,]+)?(,|$)/.test(list))
  );
}

/** The parts between commas that are in no brackets. */
function topLevel(list: string): readonly string[] {
  let depth = 0;
  const parts = [""];
  for (const char of list) {
    if ("([{".includes(char)) depth += 1;
    if (")]}".includes(char)) depth -= 1;
    if (char === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim());
}

/** The names that a statement calls, without the name that it defines, the keyword `match`, and the classes of a pattern. */
const callsIn = (text: string): readonly string[] =>
  Array.from(
    text
      .replace(/^(?:(?:async )?def \w+|class \w+|match(?=.*:$)|case\b.*:$)/, "")
      .matchAll(/(?:(?<![\w.])|(?<=[)\]]\s?\.\s?))([A-Za-z_]\w*(?:\.\w+)*)\s*\(/g),
    ([, name = ""]) => name,
  ).filter((name) => !notCalled.has(name));

/** Keywords that a parenthesis may follow. */
const notCalled = new Set(
  "and as assert async await case class def del elif else except for from if import in is lambda not or raise return while with yield".split(
    " ",
  ),
);

/** True if a statement of the module does something that is worth running it for. */
const acts = ({ text, scope }: Statement): boolean =>
  scope === "main" ||
  (scope === "module" &&
    /^(for|while|with|async|await|print|[A-Za-z_][\w.]*\s*\()/.test(text) &&
    !/^async\s+def\b/.test(text));
