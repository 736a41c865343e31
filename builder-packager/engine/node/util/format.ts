import { checkObject } from "../internal/checks.ts";
import { type InspectOptions, inspect } from "./inspect.ts";

/** `util.format`: replaces `%s %d %i %f %j %o %O %c %%`, and appends the remaining arguments. */
export const format = (...args: unknown[]): string => formatWithOptions({}, ...args);

export function formatWithOptions(options: InspectOptions, ...args: unknown[]): string {
  checkObject(options, "inspectOptions");
  const [first, ...others] = args;
  // The usual case of a logger: one text.
  if (typeof first === "string" && others.length === 0) {
    return first;
  }
  let rest = args;
  let result = "";
  if (typeof first === "string") {
    let used = 0;
    result = first.replace(/%[sdifjoOc%]/g, (directive) => {
      if (directive === "%%") {
        return "%";
      }
      return used < others.length ? converted(directive, others[used++], options) : directive;
    });
    rest = others.slice(used);
    if (rest.length > 0) {
      result += " ";
    }
  }
  return result + rest.map((each) => (typeof each === "string" ? each : inspect(each, options))).join(" ");
}

function converted(directive: string, value: unknown, options: InspectOptions): string {
  switch (directive) {
    case "%s":
      return asText(value, options);
    case "%d":
      return asNumber(value, Number);
    case "%i":
      return asNumber(value, (each) => Number.parseInt(each as string, 10));
    case "%f":
      return typeof value === "symbol" ? "NaN" : String(Number.parseFloat(value as string));
    case "%j":
      return asJson(value);
    case "%o":
      return inspect(value, { ...options, showHidden: true, depth: 4 });
    case "%O":
      return inspect(value, options);
    default:
      return "";
  }
}

function asText(value: unknown, options: InspectOptions): string {
  if (typeof value === "bigint") {
    return `${value}n`;
  }
  if (Object.is(value, -0)) {
    return "-0";
  }
  if (typeof value !== "object" || value === null) {
    return String(value);
  }
  const isPlain = (ArrayBuffer.isView(value) && !(value instanceof DataView)) || hasOwnText(value);
  return isPlain ? String(value) : inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
}

/** Classes of JavaScript itself whose objects are shown in detail; the classes of Node.js have their own texts. */
const BUILT_IN = new Set(
  `AggregateError Array ArrayBuffer AsyncFunction BigInt Boolean DataView Date Error EvalError FinalizationRegistry Function
  Iterator Map Number Object Promise RangeError ReferenceError RegExp Set SharedArrayBuffer String Symbol SyntaxError
  TypeError URIError WeakMap WeakRef WeakSet`.split(/\s+/),
);

/** True if the program itself defines the text of the object, in the object or in a class. */
function hasOwnText(value: object): boolean {
  const own = (["toString", Symbol.toPrimitive] as const).filter(
    (name) => typeof Reflect.get(value, name) === "function",
  );
  for (let each: object | null = value; each !== null && own.length > 0; each = Object.getPrototypeOf(each)) {
    const found: object = each;
    if (own.some((name) => Object.hasOwn(found, name))) {
      const { value: type } = Object.getOwnPropertyDescriptor(found, "constructor") ?? {};
      return found === value || typeof type !== "function" || !BUILT_IN.has(type.name);
    }
  }
  return false;
}

function asNumber(value: unknown, convert: (value: unknown) => number): string {
  if (typeof value === "bigint") {
    return `${value}n`;
  }
  if (typeof value === "symbol") {
    return "NaN";
  }
  const number = convert(value);
  return Object.is(number, -0) ? "-0" : String(number);
}

function asJson(value: unknown): string {
  try {
    return String(JSON.stringify(value));
  } catch (error) {
    if (error instanceof TypeError && /circular/i.test(error.message)) {
      return "[Circular]";
    }
    throw error;
  }
}
