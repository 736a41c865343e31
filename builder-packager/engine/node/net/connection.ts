import * as fs from "engine:fs";
import { clearTimer, setTimer } from "engine:loop";
import * as net from "engine:net";
import { isIP } from "./address.ts";
import { lookupError, socketError, timedOut } from "./errors.ts";

export interface Connected {
  readonly fd: number;
  readonly address: string;
}

/** The milliseconds after which the next address is tried, as in Node.js. */
const ATTEMPT_MS = 500;

function resolve(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) {
    return Promise.resolve([host]);
  }
  return new Promise((done, fail) => {
    net.lookup(host, (result) => {
      if (typeof result === "number" || result.length === 0) {
        fail(lookupError(typeof result === "number" ? result : -2, host));
      } else {
        done(result);
      }
    });
  });
}

function attempt(address: string, port: number, limit: number | undefined, cancel: Cancel): Promise<number> {
  const fd = net.socket(address);
  if (fd < 0) {
    return Promise.reject(socketError(fd, "connect", address, port));
  }
  return new Promise((done, fail) => {
    let isLate = false;
    cancel.shut = () => net.shutdown(fd);
    const timer =
      limit === undefined
        ? undefined
        : setTimer(() => {
            isLate = true;
            net.shutdown(fd);
          }, limit);
    net.connect(fd, address, port, (result) => {
      cancel.shut = undefined;
      if (timer !== undefined) {
        clearTimer(timer);
      }
      if (result === 0 && !isLate && !cancel.isCanceled) {
        done(fd);
        return;
      }
      fs.close(fd);
      fail(isLate ? timedOut(address, port) : socketError(result === 0 ? -125 : result, "connect", address, port));
    });
  });
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
export async function connectTo(host: string, port: number, cancel: Cancel): Promise<Connected> {
  const addresses = inTurns(await resolve(host));
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
