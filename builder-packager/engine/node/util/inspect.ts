import { lazily, load } from "../internal/lazy.ts";
import { quoted } from "../internal/quote.ts";
import { stackOf } from "../internal/stack.ts";
import type * as palette from "./colors.ts";
import type * as widths from "./width.ts";

/*
 * `util.inspect`, without what needs the engine's inside: the state of promises and the targets of proxies. Line breaks are
 * those of Node.js with its defaults.
 */

const CUSTOM = Symbol.for("nodejs.util.inspect.custom");

export interface InspectOptions {
  readonly depth?: number | null | undefined;
  readonly showHidden?: boolean | undefined;
  readonly breakLength?: number | undefined;
  readonly compact?: number | boolean | undefined;
  readonly sorted?: boolean | ((a: string, b: string) => number) | undefined;
  readonly getters?: boolean | undefined;
  readonly maxArrayLength?: number | null | undefined;
  readonly maxStringLength?: number | null | undefined;
  readonly numericSeparator?: boolean | undefined;
  readonly colors?: boolean | undefined;
  readonly customInspect?: boolean | undefined;
}

/** Gives a text the color of a kind of value. */
type Stylize = (text: string, style: string) => string;

const plain: Stylize = (text) => text;

const paletteOf = (): typeof palette => load("util/colors");

function colored(text: string, style: string): string {
  const { colors, styles } = paletteOf();
  const codes = colors[styles[style] ?? ""];
  return codes === undefined ? text : `\u001b[${codes[0]}m${text}\u001b[${codes[1]}m`;
}

interface Context {
  readonly depth: number;
  readonly breakLength: number;
  readonly compact: number;
  readonly showHidden: boolean;
  readonly customInspect: boolean;
  readonly sorted: InspectOptions["sorted"];
  readonly maxArrayLength: number;
  readonly maxStringLength: number;
  readonly stylize: Stylize;
  readonly options: InspectOptions;
  readonly seen: object[];
  readonly circular: Map<object, number>;
  indentation: number;
  /** The depth of the innermost formatted value. Inner levels are joined into one line. */
  currentDepth: number;
}

function inspectValue(value: unknown, options?: InspectOptions | boolean | null): string {
  const found: InspectOptions = typeof options === "object" && options !== null ? options : {};
  const { depth = 2, breakLength = 80, compact = 3, maxArrayLength = 100, maxStringLength = 10_000 } = found;
  const context: Context = {
    depth: depth ?? Number.POSITIVE_INFINITY,
    breakLength,
    compact: typeof compact === "boolean" ? Number(compact) * 3 : compact,
    showHidden: options === true || found.showHidden === true,
    customInspect: found.customInspect !== false,
    sorted: found.sorted,
    maxArrayLength: maxArrayLength ?? Number.POSITIVE_INFINITY,
    maxStringLength: maxStringLength ?? Number.POSITIVE_INFINITY,
    stylize: found.colors ? colored : plain,
    options: found,
    seen: [],
    circular: new Map(),
    indentation: 0,
    currentDepth: 0,
  };
  return format(context, value, 0, true);
}

type Inspect = typeof inspectValue & {
  readonly custom: symbol;
  defaultOptions: InspectOptions;
  colors: typeof palette.colors;
  styles: typeof palette.styles;
};

export const inspect = Object.assign(inspectValue, {
  custom: CUSTOM,
  defaultOptions: {} as InspectOptions,
}) as Inspect;
Object.defineProperty(inspect, "name", { value: "inspect" });
for (const name of ["colors", "styles"] as const) {
  Object.defineProperty(inspect, name, {
    configurable: true,
    enumerable: true,
    get: () => paletteOf()[name],
    set: (value) => Object.defineProperty(inspect, name, { value, writable: true }),
  });
}

const wideWidth = lazily<typeof widths, "textWidth">("util/width", "textWidth");

/** Returns the columns that a text takes; a printable one in ASCII is the usual case. */
const textWidth = (text: string): number => (/^[ -~]*$/.test(text) ? text.length : wideWidth(text));

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with control characters
const COLORS = /\u001b\[\d\d?m/g;

const withoutColors = (text: string): string => text.replace(COLORS, "");

function format(context: Context, value: unknown, level: number, isTop = false): string {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) {
    return primitive(context, value, isTop);
  }
  const custom = context.customInspect ? customText(context, value, level) : undefined;
  if (custom !== undefined) {
    return custom;
  }
  if (context.seen.includes(value)) {
    const index = context.circular.get(value) ?? context.circular.size + 1;
    context.circular.set(value, index);
    return context.stylize(`[Circular *${index}]`, "special");
  }
  return formatObject(context, value, level);
}

function customText(context: Context, value: object, level: number): string | undefined {
  const custom: unknown = (value as Record<symbol, unknown>)[CUSTOM];
  if (typeof custom !== "function" || custom === inspect) {
    return undefined;
  }
  const depth = context.depth - level;
  const result: unknown = custom.call(value, depth, { ...context.options, depth, stylize: context.stylize }, inspect);
  if (result === value) {
    return undefined;
  }
  return typeof result === "string"
    ? result.replaceAll("\n", `\n${" ".repeat(context.indentation)}`)
    : format(context, result, level);
}

function primitive(context: Context, value: unknown, isTop: boolean): string {
  if (typeof value === "string") {
    return text(context, value, isTop);
  }
  const kind = value === null ? "null" : typeof value;
  if (kind === "bigint") {
    return context.stylize(`${value}n`, kind);
  }
  return context.stylize(Object.is(value, -0) ? "-0" : String(value), kind);
}

function text(context: Context, value: string, isTop: boolean): string {
  const isCut = value.length > context.maxStringLength;
  const shown = isCut ? value.slice(0, context.maxStringLength) : value;
  const left = value.length - context.maxStringLength;
  const rest = isCut ? `... ${left} more character${left > 1 ? "s" : ""}` : "";
  // Long texts of several lines are shown line by line, except at the top.
  if (!isTop && shown.length > 16 && shown.length > context.breakLength - context.indentation - 4) {
    const lines = shown.split(/(?<=\n)/);
    return (
      lines.map((line) => context.stylize(quoted(line), "string")).join(` +\n${" ".repeat(context.indentation + 2)}`) +
      rest
    );
  }
  return context.stylize(quoted(shown), "string") + rest;
}

function constructorName(value: object): string | undefined {
  for (let each: object | null = value; each !== null; each = Object.getPrototypeOf(each)) {
    const own = Object.getOwnPropertyDescriptor(each, "constructor");
    if (own !== undefined && typeof own.value === "function" && own.value.name !== "") {
      return own.value.name;
    }
  }
  return undefined;
}

/** `Foo ` or `[Foo: null prototype] `, with the tag if it is another. */
function prefix(value: object, fallback: string, size = ""): string {
  const name = constructorName(value);
  const tag: unknown = (value as Record<symbol, unknown>)[Symbol.toStringTag];
  const shownTag = typeof tag === "string" && tag !== "" && tag !== name ? `[${tag}] ` : "";
  return name === undefined ? `[${fallback}${size}: null prototype] ${shownTag}` : `${name}${size} ${shownTag}`;
}

interface Parts {
  readonly open: string;
  readonly close: string;
  readonly base: string;
  readonly entries: () => string[];
  readonly isList?: boolean;
}

function formatObject(context: Context, value: object, level: number): string {
  const keys = keysOf(context, value);
  const parts = partsOf(context, value, keys, level);
  if (typeof parts === "string") {
    return parts;
  }
  if (level > context.depth) {
    return context.stylize(shortened(value), "special");
  }
  context.seen.push(value);
  context.currentDepth = level;
  const list = parts.entries();
  const output = [...list, ...keys.map((key) => property(context, value, key, level))];
  context.seen.pop();
  const reference = context.circular.get(value);
  const mark = reference === undefined ? "" : context.stylize(`<ref *${reference}>`, "special");
  const base = mark && parts.base ? `${mark} ${parts.base}` : mark || parts.base;
  if (context.sorted && !parts.isList) {
    output.sort(typeof context.sorted === "function" ? context.sorted : undefined);
  }
  const grouped =
    parts.isList && list.length > 6 && context.compact >= 1 ? group(context, output, value, list.length) : output;
  return joinLines(context, grouped, base, parts.open, parts.close, level, grouped.length !== output.length);
}

/** The text for a value that is nested too deeply: its type alone. */
function shortened(value: object): string {
  if (Array.isArray(value)) {
    return "[Array]";
  }
  return constructorName(value) === undefined ? "[Object: null prototype]" : `[${prefix(value, "Object").trimEnd()}]`;
}

/** Indices of arrays end before 2^32 - 1. */
const isIndex = (name: string): boolean => /^(0|[1-9]\d{0,9})$/.test(name) && Number(name) < 4_294_967_295;

function keysOf(context: Context, value: object): (string | symbol)[] {
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  const names = context.showHidden ? Object.getOwnPropertyNames(value) : Object.keys(value);
  const symbols = Object.getOwnPropertySymbols(value).filter(
    (symbol) => context.showHidden || Object.prototype.propertyIsEnumerable.call(value, symbol),
  );
  return [...(isList ? names.filter((name) => !isIndex(name)) : names), ...symbols];
}

function partsOf(context: Context, value: object, keys: (string | symbol)[], level: number): Parts | string {
  if (Array.isArray(value)) {
    const name = constructorName(value) === "Array" ? "" : prefix(value, "Array", `(${value.length})`);
    if (value.length === 0 && keys.length === 0) {
      return `${name}[]`;
    }
    return { open: `${name}[`, close: "]", base: "", isList: true, entries: () => items(context, value, level) };
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const bytes = value as unknown as ArrayLike<number>;
    const open = `${prefix(value, "TypedArray", `(${bytes.length})`)}[`;
    if (bytes.length === 0 && keys.length === 0) {
      return `${open}]`;
    }
    return { open, close: "]", base: "", isList: true, entries: () => numbers(context, bytes) };
  }
  if ((value instanceof Map || value instanceof Set) && value.size === 0 && keys.length === 0) {
    return `${prefix(value, "Map", "(0)")}{}`;
  }
  if (value instanceof Map) {
    return {
      open: `${prefix(value, "Map", `(${value.size})`)}{`,
      close: "}",
      base: "",
      entries: () => pairs(context, value, level),
    };
  }
  if (value instanceof Set) {
    const entries = (): string[] => [...value].map((each) => inner(context, each, level));
    return { open: `${prefix(value, "Set", `(${value.size})`)}{`, close: "}", base: "", entries };
  }
  const base = baseOf(context, value, keys);
  if (base !== undefined) {
    return keys.length === 0 ? base : { open: "{", close: "}", base, entries: () => [] };
  }
  const name = constructorName(value);
  const isPlain = name === "Object" && !(Symbol.toStringTag in value);
  const plainStart = Object.prototype.toString.call(value) === "[object Arguments]" ? "[Arguments] " : "";
  const start = isPlain ? plainStart : prefix(value, "Object");
  const inside = insideOf(context, value, level);
  return keys.length === 0 && inside === undefined
    ? `${start}{}`
    : { open: `${start}{`, close: "}", base: "", entries: () => inside ?? [] };
}

/** The text in the braces of objects that have content without properties. */
function insideOf(context: Context, value: object, level: number): string[] | undefined {
  if (value instanceof ArrayBuffer) {
    const bytes = [...new Uint8Array(value, 0, Math.min(50, value.byteLength))];
    const more =
      value.byteLength > 50 ? ` ... ${value.byteLength - 50} more byte${value.byteLength > 51 ? "s" : ""}` : "";
    const contents = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    return [
      `${context.stylize("[Uint8Contents]", "special")}: <${contents}${more}>`,
      hidden(context, "byteLength", value.byteLength, level),
    ];
  }
  if (value instanceof DataView) {
    return (["byteLength", "byteOffset", "buffer"] as const).map((name) => hidden(context, name, value[name], level));
  }
  return value instanceof WeakMap || value instanceof WeakSet
    ? [context.stylize("<items unknown>", "special")]
    : undefined;
}

/** An inner value of an object that is not one of its own properties. */
const hidden = (context: Context, name: string, value: unknown, level: number): string =>
  `${context.stylize(`[${name}]`, "string")}: ${inner(context, value, level)}`;

/** The text of functions, errors, dates and the like; their properties follow in braces. */
function baseOf(context: Context, value: object, keys: (string | symbol)[]): string | undefined {
  // As in Node.js, a value with properties has no color.
  const styled: Stylize = (shown, style) => (keys.length === 0 ? context.stylize(shown, style) : shown);
  if (typeof value === "function") {
    return styled(functionText(value), "special");
  }
  if (value instanceof Error) {
    return errorText(context, value, keys);
  }
  if (value instanceof RegExp) {
    return styled(RegExp.prototype.toString.call(value), "regexp");
  }
  if (value instanceof Date) {
    return styled(Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString(), "date");
  }
  for (const Type of [String, Number, Boolean, BigInt, Symbol]) {
    if (value instanceof Type) {
      const inside: unknown = value.valueOf();
      if (Type === String) {
        keys.splice(0, keys.length, ...keys.filter((key) => !/^\d+$/.test(String(key))));
      }
      const shown = primitive({ ...context, stylize: plain }, inside, true);
      return styled(`[${Type.name}: ${shown}]`, Type.name.toLowerCase());
    }
  }
  return undefined;
}

function functionText(value: { readonly name?: unknown }): string {
  const source = Function.prototype.toString.call(value);
  const name = typeof value.name === "string" ? value.name : "";
  if (/^class\b/.test(source)) {
    const parent: unknown = Object.getPrototypeOf(value);
    const parentName = typeof parent === "function" && parent.name ? ` extends ${parent.name}` : "";
    return `[class ${name || "(anonymous)"}${parentName}]`;
  }
  const kind = constructorName(value) ?? "Function";
  return name ? `[${kind}: ${name}]` : `[${kind} (anonymous)]`;
}

function errorText(context: Context, error: Error, keys: (string | symbol)[]): string {
  // `cause` and `errors` are shown, although they are not enumerable.
  for (const name of ["cause", "errors"]) {
    if (Object.hasOwn(error, name) && !keys.includes(name)) {
      keys.push(name);
    }
  }
  for (const name of ["name", "message", "stack"]) {
    const index = keys.indexOf(name);
    if (index !== -1) {
      keys.splice(index, 1);
    }
  }
  const stack = stackOf(error);
  const shown = /\n\s+at /.test(stack) ? stack : `[${stack}]`;
  return shown.replaceAll("\n", `\n${" ".repeat(context.indentation)}`);
}

function inner(context: Context, value: unknown, level: number): string {
  context.indentation += 2;
  const result = format(context, value, level + 1);
  context.indentation -= 2;
  return result;
}

function items(context: Context, values: readonly unknown[], level: number): string[] {
  const output: string[] = [];
  const most = Math.min(context.maxArrayLength, values.length);
  let index = 0;
  for (; index < values.length && output.length < most; index++) {
    const holes = Object.hasOwn(values, index) ? 0 : nextItem(values, index) - index;
    if (holes > 0) {
      output.push(context.stylize(`<${holes} empty item${holes > 1 ? "s" : ""}>`, "undefined"));
      index += holes - 1;
    } else {
      output.push(inner(context, values[index], level));
    }
  }
  return withRest(output, values.length - index);
}

/** The index of the next item after a hole. An array can have four billion holes, so they are not visited. */
function nextItem(values: readonly unknown[], hole: number): number {
  const next = Object.getOwnPropertyNames(values)
    .map(Number)
    .find((index) => Number.isInteger(index) && index > hole);
  return Math.min(next ?? values.length, values.length);
}

const withRest = (output: string[], left: number): string[] =>
  left > 0 ? [...output, `... ${left} more item${left > 1 ? "s" : ""}`] : output;

function numbers(context: Context, values: ArrayLike<number>): string[] {
  const most = Math.min(context.maxArrayLength, values.length);
  const output = Array.from({ length: most }, (_, index) => primitive(context, values[index], false));
  return withRest(output, values.length - most);
}

const pairs = (context: Context, map: ReadonlyMap<unknown, unknown>, level: number): string[] =>
  [...map].map(([key, value]) => `${inner(context, key, level)} => ${inner(context, value, level)}`);

function property(context: Context, value: object, key: string | symbol, level: number): string {
  const descriptor = Object.getOwnPropertyDescriptor(value, key) ?? { enumerable: true, value: undefined };
  const name = propertyName(context, key);
  const shown = `${descriptor.enumerable === false ? `[${name}]` : name}: `;
  if (descriptor.get !== undefined) {
    return shown + context.stylize(descriptor.set === undefined ? "[Getter]" : "[Getter/Setter]", "special");
  }
  if (descriptor.set !== undefined) {
    return shown + context.stylize("[Setter]", "special");
  }
  return shown + inner(context, descriptor.value, level);
}

function propertyName(context: Context, key: string | symbol): string {
  if (typeof key === "symbol") {
    return context.stylize(String(key), "symbol");
  }
  if (key === "__proto__") {
    return "['__proto__']";
  }
  return /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key) ? context.stylize(key, "name") : context.stylize(quoted(key), "string");
}

/** One line if the value is not too long or too deep; else a line for each entry. */
function joinLines(
  context: Context,
  output: readonly string[],
  base: string,
  open: string,
  close: string,
  level: number,
  isGrouped: boolean,
): string {
  const start = `${base ? `${base} ` : ""}`;
  if (output.length === 0) {
    return `${start}${open}${close}`;
  }
  const isInner = context.currentDepth - level < context.compact;
  if (isInner && !isGrouped && isShort(context, output, open, base)) {
    const joined = output.join(", ");
    if (!joined.includes("\n")) {
      return `${start}${open} ${joined} ${close}`;
    }
  }
  const indentation = `\n${" ".repeat(context.indentation)}`;
  return `${start}${open}${indentation}  ${output.join(`,${indentation}  `)}${indentation}${close}`;
}

function isShort(context: Context, output: readonly string[], open: string, base: string): boolean {
  const start = output.length + context.indentation + open.length + base.length + 10;
  const lengthOf = (each: string): number => (context.options.colors ? withoutColors(each) : each).length;
  const total = output.reduce((sum, each) => sum + lengthOf(each), output.length + start);
  return total <= context.breakLength && !base.includes("\n");
}

/** Puts the short entries of a long list into columns. */
function group(context: Context, output: string[], value: object, listed: number): string[] {
  const hasRest =
    (value as { length?: number }).length !== undefined && /^\.\.\. \d+ more item/.test(output[listed - 1] ?? "");
  const count = hasRest ? listed - 1 : listed;
  const lengths = output.slice(0, count).map((each) => textWidth(context.options.colors ? withoutColors(each) : each));
  const total = lengths.reduce((sum, length) => sum + length + 2, 0);
  const longest = Math.max(...lengths);
  const actual = longest + 2;
  if (actual * 3 + context.indentation >= context.breakLength || (total / actual <= 5 && longest > 6)) {
    return output;
  }
  // A square, with characters 2.5 times as high as wide.
  const width = Math.max(longest - Math.sqrt(actual - total / output.length), 1);
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * width * count) / width),
    Math.floor((context.breakLength - context.indentation) / actual),
    context.compact * 4,
    15,
  );
  if (columns <= 1) {
    return output;
  }
  return [...rows(output, lengths, columns, count, isNumeric(value, count)), ...output.slice(count)];
}

const isNumeric = (value: object, count: number): boolean =>
  Array.from({ length: count }, (_, index) => (value as Record<number, unknown>)[index]).every(
    (each) => typeof each === "number" || typeof each === "bigint",
  );

function rows(
  output: readonly string[],
  lengths: readonly number[],
  columns: number,
  count: number,
  isRight: boolean,
): string[] {
  const widths = Array.from({ length: columns }, (_, column) => {
    let widest = 0;
    for (let index = column; index < count; index += columns) {
      widest = Math.max(widest, lengths[index] ?? 0);
    }
    return widest + 2;
  });
  const result: string[] = [];
  for (let first = 0; first < count; first += columns) {
    const last = Math.min(first + columns, count);
    const cells = output.slice(first, last).map((each, column) => {
      const width = widths[column] ?? 0;
      const isLast = column === last - first - 1;
      const cell = isLast ? each : `${each}, `;
      const padding = " ".repeat(width - 2 - (lengths[first + column] ?? 0));
      if (isRight) {
        return padding + cell;
      }
      return isLast ? cell : cell + padding;
    });
    result.push(cells.join(""));
  }
  return result;
}
