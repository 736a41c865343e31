import { codedError, invalidArgValue } from "../errors.ts";
import { checkInteger, checkString } from "../internal/checks.ts";
import { ipv4Bytes, ipv6Bytes } from "./address.ts";

type Family = "ipv4" | "ipv6";

interface Rule {
  readonly text: string;
  readonly matches: (address: readonly number[]) => boolean;
}

/** An address of IPv4 as the one of IPv6 that means it, so that rules of both families are compared alike. */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

function bytesOf(address: string, family: string): number[] | undefined {
  if (family === "ipv4") {
    const bytes = ipv4Bytes(address);
    return bytes && [...MAPPED, ...bytes];
  }
  return ipv6Bytes(address);
}

function familyOf(family: unknown): Family {
  checkString(family, "family");
  const lower = family.toLowerCase();
  if (lower !== "ipv4" && lower !== "ipv6") {
    throw invalidArgValue("options.family", family);
  }
  return lower;
}

function require(address: string, family: Family, name: string): number[] {
  checkString(address, name);
  const bytes = bytesOf(address, family);
  if (bytes === undefined) {
    throw codedError(Error, "ERR_INVALID_ADDRESS", "Invalid socket address");
  }
  return bytes;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((byte, at) => byte !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

const shownFamily = (family: Family) => (family === "ipv4" ? "IPv4" : "IPv6");

export class BlockList {
  readonly #rules: Rule[] = [];

  static isBlockList(value: unknown): value is BlockList {
    return value instanceof BlockList;
  }

  /** The rules as strings, newest first. */
  get rules(): string[] {
    return this.#rules.map(({ text }) => text);
  }

  addAddress(address: string, family: string = "ipv4"): void {
    const kind = familyOf(family);
    const own = require(address, kind, "address");
    this.#rules.unshift({
      text: `Address: ${shownFamily(kind)} ${address}`,
      matches: (other) => compare(own, other) === 0,
    });
  }

  addRange(start: string, end: string, family: string = "ipv4"): void {
    const kind = familyOf(family);
    const first = require(start, kind, "start");
    const last = require(end, kind, "end");
    if (compare(first, last) > 0) {
      throw invalidArgValue("start", start, "must come before end");
    }
    this.#rules.unshift({
      text: `Range: ${shownFamily(kind)} ${start}-${end}`,
      matches: (other) => compare(first, other) <= 0 && compare(other, last) <= 0,
    });
  }

  addSubnet(network: string, prefix: number, family: string = "ipv4"): void {
    const kind = familyOf(family);
    const own = require(network, kind, "network");
    checkInteger(prefix, "prefix", 0, kind === "ipv4" ? 32 : 128);
    const bits = kind === "ipv4" ? prefix + MAPPED.length * 8 : prefix;
    this.#rules.unshift({
      text: `Subnet: ${shownFamily(kind)} ${network}/${prefix}`,
      matches: (other) => hasPrefix(own, other, bits),
    });
  }

  check(address: string, family: string = "ipv4"): boolean {
    checkString(address, "address");
    const bytes = bytesOf(address, familyOf(family));
    return bytes !== undefined && this.#rules.some(({ matches }) => matches(bytes));
  }
}

function hasPrefix(a: readonly number[], b: readonly number[], bits: number): boolean {
  const whole = bits >> 3;
  const rest = bits & 7;
  for (let index = 0; index < whole; index++) {
    if (a[index] !== b[index]) {
      return false;
    }
  }
  return rest === 0 || (a[whole] ?? 0) >> (8 - rest) === (b[whole] ?? 0) >> (8 - rest);
}
