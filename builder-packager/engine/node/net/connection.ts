import * as fs from "engine:fs";
import { clearTimer, setTimer } from "engine:loop";
import * as net from "engine:net";
import { isIP } from "./address.ts";
import { socketError, timedOut } from "./errors.ts";
import { resolveName } from "./names.ts";

export interface Connected {
  readonly fd: number;
  readonly address: string;
}

/** The milliseconds after which the next address is tried, as in Node.js. */
const ATTEMPT_MS = 500;

/** The option `lookup`: a function that resolves names instead of the system. */
export type Lookup = (
  host: string,
  options: { readonly hints: number; readonly all: true },
  done: (error: Error | null, addresses?: readonly { readonly address: string }[] | string) => void,
) => void;

/** AI_ADDRCONFIG, with which Node.js looks up the names of connections. */
const ADDRCONFIG = 0x20;

function resolve(host: string, lookup: Lookup | undefined): Promise<readonly string[]> {
  if (isIP(host) !== 0) {
    return Promise.resolve([host]);
  }
  return new Promise((done, fail) => {
    const resolved = (error: Error | null, addresses: readonly string[]) => (error ? fail(error) : done(addresses));
    if (lookup === undefined) {
      resolveName(host, resolved);
      return;
    }
    lookup(host, { hints: ADDRCONFIG, all: true }, (error, addresses = []) =>
      resolved(error, typeof addresses === "string" ? [addresses] : addresses.map(({ address }) => address)),
    );
  });
}

function attempt(
  address: string,
  port: number | undefined,
  limit: number | undefined,
  cancel: Cancel,
): Promise<number> {
  const fd = net.socket(address);
  if (fd < 0) {
    return Promise.reject(socketError(fd, "connect", address, port));
  }
  return new Promise((done, fail) => {
    let isLate = false;
    cancel.shut = () => net.shutdown(fd, false);
    const timer =
      limit === undefined
        ? undefined
        : setTimer(() => {
            isLate = true;
            net.shutdown(fd, false);
          }, limit);
    net.connect(fd, address, port ?? 0, (result) => {
      cancel.shut = undefined;
      if (timer !== undefined) {
        clearTimer(timer);
      }
      if (result === 0 && !isLate && !cancel.isCanceled) {
        done(fd);
        return;
      }
      fs.close(fd);
      fail(isLate ? timedOut(address, port ?? 0) : socketError(result === 0 ? -125 : result, "connect", address, port));
    });
  });
}

export interface Target {
  /** A name, an address, or the path of a socket's file. */
  readonly host: string;
  /** Undefined for a path. */
  readonly port: number | undefined;
  readonly lookup?: Lookup | undefined;
}

/** A way to cancel a connection attempt from outside. */
export interface Cancel {
  isCanceled: boolean;
  shut: (() => void) | undefined;
}

/**
 * Connects to the first address of a host that accepts the connection. If none does, the error
 * contains the errors of all addresses.
 */
export async function connectTo({ host, port, lookup }: Target, cancel: Cancel): Promise<Connected> {
  if (port === undefined) {
    const path = host.includes("/") ? host : `./${host}`;
    return { fd: await attempt(path, undefined, undefined, cancel), address: host };
  }
  const addresses = inTurns(await resolve(host, lookup));
  const errors: Error[] = [];
  for (const [index, address] of addresses.entries()) {
    const isLast = index === addresses.length - 1;
    try {
      return { fd: await attempt(address, port, isLast ? undefined : ATTEMPT_MS, cancel), address };
    } catch (error) {
      errors.push(error as Error);
    }
    if (cancel.isCanceled) {
      break;
    }
  }
  const [first] = errors;
  if (errors.length === 1 && first !== undefined) {
    throw first;
  }
  throw Object.assign(new AggregateError(errors), { code: (first as { code?: string } | undefined)?.code });
}

/** The addresses with the families in turns, beginning with that of the first. */
function inTurns(addresses: readonly string[]): string[] {
  const unique = [...new Set(addresses)];
  const family = isIP(unique[0] ?? "");
  const same = unique.filter((address) => isIP(address) === family);
  const other = unique.filter((address) => isIP(address) !== family);
  return same.flatMap((address, index) => [address, ...other.slice(index, index + 1)]).concat(other.slice(same.length));
}
