import { checkUnavailable, codedError, invalidArgType, receivedOf } from "../errors.ts";
import { checkFunction, checkString } from "../internal/checks.ts";
import type { Lookup, Target } from "./connection.ts";

export interface ConnectOptions {
  readonly host?: string | undefined;
  readonly port?: number | string | undefined;
  readonly lookup?: Lookup | undefined;
  /** The path of a socket's file, instead of a host and a port. */
  readonly path?: string | undefined;
  readonly allowHalfOpen?: boolean | undefined;
}

/** The arguments of `connect`: options or a port and a host; then the listener for the connection. */
export type ConnectArguments =
  | readonly [options: ConnectOptions, connected?: () => void]
  | readonly [port: number, connected?: () => void]
  | readonly [port: number, host: string, connected?: () => void];

type Listener = () => void;

export function connectArguments(args: readonly unknown[]): {
  options: ConnectOptions;
  connected: Listener | undefined;
} {
  const [first, second] = args;
  const last = args.at(-1);
  const connected = typeof last === "function" ? (last as Listener) : undefined;
  if (typeof first === "object" && first !== null) {
    return { options: first, connected };
  }
  const isPath = typeof first === "string" && !/^\s*\d+\s*$/.test(first);
  if (isPath) {
    return { options: { path: first }, connected };
  }
  return { options: { port: first as number, host: typeof second === "string" ? second : undefined }, connected };
}

/** Returns the port and the host of a connection, and the function that resolves the host. */
export function targetOf(options: ConnectOptions): Target {
  checkUnavailable(options, ["localAddress", "localPort"]);
  const { port, host, lookup, path } = options;
  if (path) {
    checkString(path, "options.path");
    return { host: path, port: undefined };
  }
  if (port === undefined) {
    throw codedError(TypeError, "ERR_MISSING_ARGS", 'The "options" or "port" or "path" argument must be specified');
  }
  if (typeof port !== "number" && typeof port !== "string") {
    throw invalidArgType("options.port", "one of type number or string", port);
  }
  const number = typeof port === "string" && port.trim() === "" ? Number.NaN : Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    const text = `Port should be >= 0 and < 65536.${receivedOf(port)}.`;
    throw codedError(RangeError, "ERR_SOCKET_BAD_PORT", text);
  }
  checkLookup(lookup);
  return { port: number, host: host || "localhost", lookup: lookup ?? undefined };
}

export function checkLookup(lookup: unknown): void {
  if (lookup !== undefined && lookup !== null) {
    checkFunction(lookup, "options.lookup");
  }
}

/** Checks the limit of a timeout in milliseconds, and its listener. */
export function checkTimeout(ms: unknown, callback: unknown): asserts ms is number {
  if (typeof ms !== "number") {
    throw invalidArgType("msecs", "of type number", ms);
  }
  if (!(ms >= 0 && Number.isFinite(ms))) {
    const text = `The value of "msecs" is out of range. It must be a non-negative finite number. Received ${ms}`;
    throw codedError(RangeError, "ERR_OUT_OF_RANGE", text);
  }
  if (callback !== undefined) {
    checkFunction(callback, "callback");
  }
}

interface States {
  readonly connecting: boolean;
  readonly readable: boolean;
  readonly writable: boolean;
}

/** Returns the value of a socket's property `readyState`. */
export function readyStateOf({ connecting, readable, writable }: States): string {
  if (connecting) {
    return "opening";
  }
  if (readable) {
    return writable ? "open" : "readOnly";
  }
  return writable ? "writeOnly" : "closed";
}
