import { errnoName } from "../internal/errno.ts";

interface NetworkError extends Error {
  errno: number;
  code: string;
  syscall: string;
  address?: string;
  port?: number | undefined;
  hostname?: string;
}

/** Creates the error of a socket: `connect ECONNREFUSED 127.0.0.1:80`. */
export function socketError(errno: number, syscall: string, address?: string, port?: number): NetworkError {
  const code = errnoName(-errno);
  const location = port === undefined ? address : `${address}:${port}`;
  const target = address === undefined ? "" : ` ${location}`;
  const error = Object.assign(new Error(`${syscall} ${code}${target}`), { errno, code, syscall });
  return address === undefined ? error : Object.assign(error, port === undefined ? { address } : { address, port });
}

/** The number and name in Node.js for an error of the resolver. */
const RESOLVER: ReadonlyMap<number, readonly [errno: number, code: string]> = new Map([
  [-1, [-3002, "EAI_BADFLAGS"]],
  [-2, [-3008, "ENOTFOUND"]],
  [-3, [-3001, "EAI_AGAIN"]],
  [-4, [-3004, "EAI_FAIL"]],
  [-5, [-3008, "ENOTFOUND"]],
  [-6, [-3005, "EAI_FAMILY"]],
  [-10, [-3006, "EAI_MEMORY"]],
]);

export function lookupError(result: number, hostname: string): NetworkError {
  const [errno, code] = RESOLVER.get(result) ?? [-3008, "ENOTFOUND"];
  return Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), {
    errno,
    code,
    syscall: "getaddrinfo",
    hostname,
  });
}

export const timedOut = (address: string, port: number): NetworkError => socketError(-110, "connect", address, port);

/** Creates the error for a connection that ended too early. */
export const connectionReset = (message: string): Error => Object.assign(new Error(message), { code: "ECONNRESET" });
