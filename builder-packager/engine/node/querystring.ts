import { codedError } from "./errors.ts";
import { percentDecode } from "./url/search-params.ts";

type Values = Record<string, string | string[]>;

function escapeText(text: unknown): string {
  const plain = typeof text === "object" ? String(text) : `${text as string}`;
  if (!plain.isWellFormed()) {
    throw codedError(URIError, "ERR_INVALID_URI", "URI malformed");
  }
  return encodeURIComponent(plain);
}

function unescapeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return percentDecode(text);
  }
}

interface ParseOptions {
  readonly decodeURIComponent?: (text: string) => string;
  readonly maxKeys?: number;
}

export function parse(text: string, separator = "&", equals = "=", options: ParseOptions = {}): Values {
  const values: Values = Object.create(null);
  if (typeof text !== "string" || text === "") {
    return values;
  }
  const { maxKeys = 1000 } = options;
  const decode = (part: string) => {
    const spaced = part.replaceAll("+", " ");
    try {
      return (options.decodeURIComponent ?? unescapeText)(spaced);
    } catch {
      return unescapeText(spaced);
    }
  };
  const parts = text.split(separator || "&");
  for (const part of (maxKeys > 0 ? parts.slice(0, maxKeys) : parts).filter((one) => one !== "")) {
    const at = part.indexOf(equals || "=");
    const name = decode(at < 0 ? part : part.slice(0, at));
    const value = at < 0 ? "" : decode(part.slice(at + (equals || "=").length));
    const former = values[name];
    values[name] = former === undefined ? value : [...(Array.isArray(former) ? former : [former]), value];
  }
  return values;
}

interface StringifyOptions {
  readonly encodeURIComponent?: (text: string) => string;
}

function primitive(value: unknown): string {
  const isShown =
    typeof value === "string" ||
    typeof value === "bigint" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value));
  return isShown ? `${value}` : "";
}

export function stringify(values: unknown, separator = "&", equals = "=", options: StringifyOptions = {}): string {
  if (typeof values !== "object" || values === null) {
    return "";
  }
  const encode = options.encodeURIComponent ?? escapeText;
  return Object.entries(values)
    .flatMap(([name, value]: [string, unknown]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `${encode(name)}${equals || "="}${encode(primitive(one))}`),
    )
    .join(separator || "&");
}

export { escapeText as escape, parse as decode, stringify as encode, unescapeText as unescape };

export default {
  decode: parse,
  encode: stringify,
  escape: escapeText,
  parse,
  stringify,
  unescape: unescapeText,
};
