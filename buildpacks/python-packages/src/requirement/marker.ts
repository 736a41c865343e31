import { normalizedName } from "@libcnb/python-app/distributions";
import { versionRange } from "libcnb";

/** The values with which an environment marker (PEP 508) is evaluated. */
export interface MarkerValues {
  /** The values of variables: `{ python_version: "3.14", sys_platform: "linux", … }`. */
  readonly values: Readonly<Record<string, string>>;
  /** The requested extras. */
  readonly extras?: readonly string[];
  /** The requested dependency groups. */
  readonly groups?: readonly string[];
}

/**
 * True if the marker of a dependency is fulfilled (PEP 508, with the lists of PEP 751). An invalid
 * marker is treated as fulfilled, because the package may be needed.
 */
export async function markerHolds(marker: string | undefined, asked: MarkerValues): Promise<boolean> {
  const parsed = marker === undefined ? undefined : parseMarker(marker);
  return parsed === undefined || holds(parsed, asked);
}

async function holds(marker: Marker, asked: MarkerValues): Promise<boolean> {
  if ("all" in marker) return all(marker.all, asked);
  if ("any" in marker) return !(await all(marker.any, asked, false));
  return compared(marker, asked);
}

/** True if all parts hold, or all do not. */
async function all(parts: readonly Marker[], asked: MarkerValues, expected = true): Promise<boolean> {
  for (const part of parts) if ((await holds(part, asked)) !== expected) return false;
  return true;
}

type Comparison = Extract<Marker, { readonly operator: string }>;

function compared({ left, operator, right }: Comparison, asked: MarkerValues): boolean | Promise<boolean> {
  const lists = { extra: asked.extras ?? [], extras: asked.extras ?? [], dependency_groups: asked.groups ?? [] };
  for (const [list, other] of [
    [left, right],
    [right, left],
  ] as const)
    if ("variable" in list && list.variable in lists)
      return isWanted(lists[list.variable as keyof typeof lists], operator, textOf(other, asked));
  return compareTexts(textOf(left, asked), operator, textOf(right, asked));
}

function isWanted(wanted: readonly string[], operator: string, name: string): boolean {
  const found = wanted.some((each) => normalizedName(each) === normalizedName(name));
  return operator === "!=" || operator === "not in" ? !found : found;
}

const textOf = (operand: Operand, { values }: MarkerValues): string =>
  "text" in operand ? operand.text : (values[operand.variable] ?? "");

/** Compares two texts as versions if both are versions, and otherwise as text. */
async function compareTexts(left: string, operator: string, right: string): Promise<boolean> {
  if (operator === "in" || operator === "not in") return right.includes(left) === (operator === "in");
  if (operator === "===") return left === right;
  const admits = version.test(left) ? await versionRange(operator + right, "pep440") : undefined;
  return admits === undefined ? compareWords(left, operator, right) : admits(left);
}

// the release of a kernel may look like one, but `6.1.0-18-amd64` is none
const version = /^\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.?(?:post|dev)\d+)?(?:\+[\w.]+)?$/;

const compareWords = (left: string, operator: string, right: string): boolean =>
  ({
    "==": left === right,
    "!=": left !== right,
    "<": left < right,
    "<=": left <= right,
    ">": left > right,
    ">=": left >= right,
  })[operator] ?? false;

/** An environment marker of PEP 508. */
type Marker =
  | { readonly all: readonly Marker[] }
  | { readonly any: readonly Marker[] }
  | { readonly left: Operand; readonly operator: string; readonly right: Operand };

/** A variable such as `sys_platform`, or a literal text. */
type Operand = { readonly variable: string } | { readonly text: string };

/** Parses an environment marker; `undefined` if it is invalid. */
function parseMarker(text: string): Marker | undefined {
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
