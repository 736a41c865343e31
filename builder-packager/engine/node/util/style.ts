import { invalidArgType, invalidArgValue } from "../errors.ts";
import { checkBoolean, checkObject, checkString } from "../internal/checks.ts";
import { isColored } from "../internal/colored.ts";
import { load } from "../internal/lazy.ts";
import process from "../process/process.ts";
import type * as palette from "./colors.ts";

interface Style {
  readonly open: string;
  readonly close: string;
  /** Bold and dim have the same end, which is kept inside of a text. */
  readonly keepsClose: boolean;
}

const sequence = (code: string | number): string => `\u001b[${code}m`;

function styleOf(name: unknown): Style {
  if (typeof name === "string" && name.startsWith("#")) {
    return { open: sequence(`38;2;${colorOf(name)}`), close: sequence(39), keepsClose: false };
  }
  const { colors } = load<typeof palette>("util/colors");
  const [open, close] = colors[name as string] ?? [];
  if (open === undefined || close === undefined) {
    const names = Object.getOwnPropertyNames(colors).map((each) => `'${each}'`);
    throw invalidArgValue("format", name, `must be one of: ${names.join(", ")}`);
  }
  return { open: sequence(open), close: sequence(close), keepsClose: open === 1 || open === 2 };
}

/** Converts `#RGB` or `#RRGGBB` to three numbers. */
function colorOf(name: string): string {
  if (!/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(name)) {
    throw invalidArgValue("format", name, "must be a valid hex color (#RGB or #RRGGBB)");
  }
  const digits = name.length === 4 ? name.slice(1).replace(/./g, "$&$&") : name.slice(1);
  return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)).join(";");
}

interface StyleOptions {
  readonly validateStream?: boolean | undefined;
  readonly stream?: { readonly isTTY?: boolean | undefined } | undefined;
}

/**
 * Adds the escape codes of a style to a text. With `validateStream`, it adds them only if the
 * stream has colors.
 */
export function styleText(style: string | readonly string[], text: string, options?: StyleOptions): string {
  checkString(text, "text");
  if (options !== undefined) {
    checkObject(options, "options");
  }
  const validateStream = options?.validateStream ?? true;
  const stream = options?.stream ?? process.stdout;
  checkBoolean(validateStream, "options.validateStream");
  if (validateStream) {
    checkStream(stream);
  }
  const names = Array.isArray(style) ? style : [style];
  const styles = names.filter((name) => name !== "none").map(styleOf);
  if (validateStream && !isColored(stream)) {
    return text;
  }
  const inner = styles.reduce(withoutClose, text);
  return `${styles.map(({ open }) => open).join("")}${inner}${styles
    .map(({ close }) => close)
    .reverse()
    .join("")}`;
}

/** The text, with its style begun again where an inner style ends it. */
function withoutClose(text: string, { open, close, keepsClose }: Style): string {
  return text.replaceAll(close, (found, at: number) =>
    at + found.length < text.length ? `${keepsClose ? close : ""}${open}` : found,
  );
}

function checkStream(stream: object): void {
  const has = (...names: string[]): boolean => names.every((name) => typeof Reflect.get(stream, name) === "function");
  const isStream = has("write", "on") || has("pipe", "on") || has("getReader", "cancel") || has("getWriter", "abort");
  if (!isStream) {
    throw invalidArgType("stream", "an instance of ReadableStream, WritableStream, or Stream", stream);
  }
}
