import { codedError } from "../errors.ts";
import process from "../process/process.ts";

interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string | undefined;
  readonly multiple?: boolean | undefined;
  readonly default?: unknown;
}

interface ParseOptions {
  readonly args?: readonly string[] | undefined;
  readonly options?: Readonly<Record<string, Option>> | undefined;
  readonly strict?: boolean | undefined;
  readonly allowPositionals?: boolean | undefined;
  readonly allowNegative?: boolean | undefined;
}

interface Parsed {
  readonly values: Record<string, unknown>;
  readonly positionals: string[];
}

/** `util.parseArgs`, without support for `tokens`. */
export function parseArgs(config: ParseOptions = {}): Parsed {
  const { options = {}, strict = true, allowPositionals = !strict, allowNegative = false } = config;
  const args = [...(config.args ?? process.argv.slice(2))];
  const values: Record<string, unknown> = Object.create(null);
  const positionals: string[] = [];

  const add = (raw: string, shown: string, value: string | undefined): void => {
    const isNegated = allowNegative && raw.startsWith("no-") && !Object.hasOwn(options, raw);
    const name = isNegated ? raw.slice(3) : raw;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (strict) {
      checkOption(option, shown, value, allowPositionals);
    }
    let found: unknown = value ?? !isNegated;
    if (option?.type === "string" && value === undefined) {
      const next = args[0];
      found = next !== undefined && !(strict && next.startsWith("-") && next !== "-") ? args.shift() : undefined;
      if (found === undefined) {
        if (strict) {
          throw valueError(next === undefined ? missing(option, shown) : ambiguous(shown, next));
        }
        found = true;
      }
    }
    if (option?.multiple) {
      values[name] = [...((values[name] as unknown[]) ?? []), found];
    } else {
      values[name] = found;
    }
  };

  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (arg === "--") {
      for (const each of args.splice(0)) {
        addPositional(positionals, each, strict && !allowPositionals);
      }
    } else if (arg.startsWith("--")) {
      const equals = arg.indexOf("=", 2);
      const name = equals === -1 ? arg.slice(2) : arg.slice(2, equals);
      add(name, `--${name}`, equals === -1 ? undefined : arg.slice(equals + 1));
    } else if (arg.startsWith("-") && arg.length > 1) {
      addShort(arg, options, add);
    } else {
      addPositional(positionals, arg, strict && !allowPositionals);
    }
  }
  for (const [name, option] of Object.entries(options)) {
    if (option.default !== undefined && values[name] === undefined) {
      values[name] = option.default;
    }
  }
  return { values, positionals };
}

/** `-abc` is `-a -b -c`, or `-a bc` if `a` has a value. */
function addShort(
  arg: string,
  options: Readonly<Record<string, Option>>,
  add: (name: string, shown: string, value: string | undefined) => void,
): void {
  const nameOf = (short: string): string =>
    Object.entries(options).find(([, option]) => option.short === short)?.[0] ?? short;
  for (let index = 1; index < arg.length; index++) {
    const short = arg[index] ?? "";
    const name = nameOf(short);
    const rest = arg.slice(index + 1);
    if (options[name]?.type === "string" && rest !== "") {
      add(name, `-${short}`, rest);
      return;
    }
    add(name, `-${short}`, undefined);
  }
}

function addPositional(positionals: string[], value: string, isRefused: boolean): void {
  if (isRefused) {
    throw codedError(
      TypeError,
      "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL",
      `Unexpected argument '${value}'. This command does not take positional arguments`,
    );
  }
  positionals.push(value);
}

function checkOption(
  option: Option | undefined,
  shown: string,
  value: string | undefined,
  takesPositionals: boolean,
): void {
  if (option === undefined) {
    const hint = takesPositionals
      ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "${shown}"`
      : "";
    throw codedError(TypeError, "ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${shown}'${hint}`);
  }
  if (option.type === "boolean" && value !== undefined) {
    throw valueError(`Option '${naming(option, shown)}' does not take an argument`);
  }
}

const naming = (option: Option, shown: string): string => (option.short ? `-${option.short}, ${shown}` : shown);

const missing = (option: Option, shown: string): string => `Option '${naming(option, shown)} <value>' argument missing`;

const ambiguous = (shown: string, next: string): string =>
  `Option '${shown}' argument is ambiguous.\nDid you forget to specify the option argument for '${shown}'?\n` +
  `To specify an option argument starting with a dash use '${shown}=${next}'.`;

const valueError = (message: string): Error => codedError(TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", message);
