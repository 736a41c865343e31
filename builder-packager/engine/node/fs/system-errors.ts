import { errnoNames } from "../internal/errno.ts";

/**
 * Creates an error that `rm` or `cp` reports itself. Its `errno` is positive, unlike that of a
 * system call.
 */
export function operationError(
  code: string,
  summary: string,
  syscall: string,
  errno: number,
  message: string,
  path: string,
): Error {
  const name = errnoNames()[errno] ?? "";
  const error = new Error(`${summary}: ${syscall} returned ${name} (${message}) ${path}`);
  Object.defineProperty(error, "name", { value: "SystemError", writable: true, configurable: true });
  return Object.assign(error, { code, info: { code: name, message, path, syscall, errno }, errno, syscall, path });
}
