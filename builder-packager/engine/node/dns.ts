import { codedError, invalidArgType, invalidArgValue } from "./errors.ts";
import { checkFunction } from "./internal/checks.ts";
import { isIP } from "./net/address.ts";
import { lookupError } from "./net/errors.ts";
import { resolveName } from "./net/names.ts";

export interface LookupAddress {
  readonly address: string;
  readonly family: number;
}

interface LookupOptions {
  readonly family?: number | "IPv4" | "IPv6" | undefined;
  readonly hints?: number | undefined;
  readonly all?: boolean | undefined;
  readonly order?: "ipv4first" | "ipv6first" | "verbatim" | undefined;
  readonly verbatim?: boolean | undefined;
}

type Found = (error: Error | null, address?: string | null | readonly LookupAddress[], family?: number) => void;

/** Resolves a name as the system does: by its files and its name servers. */
export function lookup(hostname: string, options: LookupOptions | number | Found, callback?: Found): void {
  if (hostname && typeof hostname !== "string") {
    throw invalidArgType("hostname", "of type string", hostname);
  }
  const done = typeof options === "function" ? options : callback;
  checkFunction(done, "callback");
  const given = optionsOf(options);
  const family = familyOf(given.family);
  const { all = false } = given;
  const answer = (addresses: readonly LookupAddress[]): void => {
    const [first] = addresses;
    if (all) {
      done?.(null, addresses);
    } else {
      done?.(null, first?.address, first?.family);
    }
  };
  if (!hostname) {
    process.nextTick(() => (all ? done?.(null, []) : done?.(null, null, family === 6 ? 6 : 4)));
    return;
  }
  if (isIP(hostname) !== 0) {
    process.nextTick(() => answer([{ address: hostname, family: isIP(hostname) }]));
    return;
  }
  resolveName(hostname, (error, addresses) => {
    const found = addresses.map(withFamily);
    const wanted = sorted(found, given).filter((each) => family === 0 || each.family === family);
    if (wanted.length === 0) {
      done?.(error ?? lookupError(-2, hostname));
    } else {
      answer(wanted);
    }
  });
}

const withFamily = (address: string): LookupAddress => ({ address, family: isIP(address) });

function optionsOf(options: LookupOptions | number | Found | null | undefined): LookupOptions {
  if (typeof options === "function" || options === null || options === undefined) {
    return {};
  }
  if (typeof options === "number") {
    checkFamily(options, "argument 'family'");
    return { family: options };
  }
  if (typeof options !== "object") {
    throw invalidArgType("options", "of type object or integer", options);
  }
  if (options.hints !== undefined && options.hints !== 0 && (options.hints & ~HINTS) !== 0) {
    throw invalidArgValue("hints", options.hints);
  }
  return options;
}

/** AI_ADDRCONFIG, AI_V4MAPPED and AI_ALL. */
const HINTS = 0x20 | 0x08 | 0x10;

function familyOf(family: LookupOptions["family"] = 0): number {
  const number = { IPv4: 4, IPv6: 6 }[family] ?? family;
  checkFamily(number, "property 'options.family'");
  return number;
}

function checkFamily(family: unknown, subject: string): asserts family is number {
  if (family !== 0 && family !== 4 && family !== 6) {
    const text = `The ${subject} must be one of: 0, 4, 6. Received ${JSON.stringify(family)}`;
    throw codedError(TypeError, "ERR_INVALID_ARG_VALUE", text);
  }
}

function sorted(found: readonly LookupAddress[], { order, verbatim = true }: LookupOptions): readonly LookupAddress[] {
  const chosen = order ?? (verbatim ? "verbatim" : "ipv4first");
  if (chosen === "verbatim") {
    return found;
  }
  const first = chosen === "ipv4first" ? 4 : 6;
  return [...found.filter(({ family }) => family === first), ...found.filter(({ family }) => family !== first)];
}

export default { lookup };
