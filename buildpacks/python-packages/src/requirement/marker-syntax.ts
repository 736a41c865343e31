/** An environment marker of PEP 508. */
export type Marker =
  | { readonly all: readonly Marker[] }
  | { readonly any: readonly Marker[] }
  | { readonly left: Operand; readonly operator: string; readonly right: Operand };

/** A variable such as `sys_platform`, or a literal text. */
export type Operand = { readonly variable: string } | { readonly text: string };

/** Parses an environment marker; `undefined` if it is invalid. */
export function parseMarker(text: string): Marker | undefined {
  const tokens = text.length > longest ? undefined : tokensOf(text);
  if (tokens === undefined) return undefined;
  const rest = [...tokens];
  const marker = anyOf(rest, 0);
  return rest.length === 0 ? marker : undefined;
}

// Lockfiles that anybody may have written: no text may exhaust the stack.
const longest = 20_000;
const deepest = 50;

const token = /\s*(\(|\)|<=|>=|===|==|~=|!=|<|>|"[^"]*"|'[^']*'|not\s+in\b|[A-Za-z_][\w.]*)\s*/y;

function tokensOf(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text)?.[1];
    if (found === undefined) return undefined;
    tokens.push(found.replace(/^not\s+in$/, "not in"));
  }
  return tokens;
}

const anyOf = (tokens: string[], depth: number): Marker | undefined =>
  joined(tokens, "or", () => joined(tokens, "and", () => one(tokens, depth)));

function joined(tokens: string[], word: "and" | "or", read: () => Marker | undefined): Marker | undefined {
  const parts: Marker[] = [];
  do {
    const part = read();
    if (part === undefined) return undefined;
    parts.push(part);
  } while (tokens[0] === word && tokens.shift() !== undefined);
  const [first] = parts;
  if (parts.length === 1) return first;
  return word === "and" ? { all: parts } : { any: parts };
}

function one(tokens: string[], depth: number): Marker | undefined {
  if (tokens[0] !== "(") return comparison(tokens);
  tokens.shift();
  const inner = depth < deepest ? anyOf(tokens, depth + 1) : undefined;
  return tokens.shift() === ")" ? inner : undefined;
}

const operators: readonly (string | undefined)[] = ["<", "<=", ">", ">=", "==", "!=", "~=", "===", "in", "not in"];

function comparison(tokens: string[]): Marker | undefined {
  const [left, operator, right] = tokens.splice(0, 3);
  if (left === undefined || right === undefined || operator === undefined || !operators.includes(operator))
    return undefined;
  return { left: operandOf(left), operator, right: operandOf(right) };
}

// `os.name` and others with a dot are what setuptools once wrote
const operandOf = (token: string): Operand =>
  /^["']/.test(token) ? { text: token.slice(1, -1) } : { variable: token.replaceAll(".", "_") };
