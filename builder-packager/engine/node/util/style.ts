import { invalidArgValue } from "../errors.ts";
import process from "../process/process.ts";

const COLORS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

function codesOf(name: string): readonly [number, number] | undefined {
  const modifiers: Readonly<Record<string, readonly [number, number]>> = {
    reset: [0, 0],
    bold: [1, 22],
    dim: [2, 22],
    italic: [3, 23],
    underline: [4, 24],
    blink: [5, 25],
    inverse: [7, 27],
    hidden: [8, 28],
    strikethrough: [9, 29],
    gray: [90, 39],
    grey: [90, 39],
    none: [0, 0],
  };
  const match = /^(bg)?([A-Za-z]+?)(Bright)?$/.exec(name);
  const color = COLORS.indexOf((match?.[2] ?? "").toLowerCase());
  if (color === -1) {
    return modifiers[name];
  }
  const isBackground = match?.[1] !== undefined;
  const base = match?.[3] === undefined ? 30 : 90;
  return [base + color + (isBackground ? 10 : 0), isBackground ? 49 : 39];
}

interface StyleOptions {
  readonly validateStream?: boolean | undefined;
  readonly stream?: { readonly isTTY?: boolean | undefined } | undefined;
}

/**
 * Adds the escape codes of a style to a text. With `validateStream`, it adds them only if the
 * stream is a terminal and `NO_COLOR` is not set.
 */
export function styleText(style: string | readonly string[], text: string, options: StyleOptions = {}): string {
  const styles = typeof style === "string" ? [style] : style;
  const codes = styles.map((each) => codesOf(each) ?? refuse(each));
  const { validateStream = true, stream = process.stdout } = options;
  if (validateStream && !(stream.isTTY && process.env["NO_COLOR"] === undefined)) {
    return text;
  }
  return codes.reduceRight((shown, [start, end]) => `\u001b[${start}m${shown}\u001b[${end}m`, text);
}

function refuse(style: string): never {
  throw invalidArgValue("format", style);
}
