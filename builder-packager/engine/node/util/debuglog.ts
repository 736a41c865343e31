import { isColored } from "../internal/colored.ts";
import process from "../process/process.ts";
import { formatWithOptions } from "./format.ts";
import { inspect } from "./inspect.ts";

interface Logger {
  (...args: unknown[]): void;
  readonly enabled: boolean;
}

/** The sections that `NODE_DEBUG` names, separated by commas; `*` stands for any characters. */
const wanted = new RegExp(
  `^(?:${(process.env["NODE_DEBUG"] ?? "")
    .replace(/[|\\{}()[\]^$+?.]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll(",", "|")})$`,
  "i",
);

/**
 * `util.debuglog`: writes to standard error if `NODE_DEBUG` names the section. The callback receives the function that logs
 * without this check, at the first call.
 */
export function debuglog(section: string, optimized?: (log: Logger) => void): Logger {
  const name = `${section}`.toUpperCase();
  const enabled = wanted.test(name);
  let isFirst = true;
  const write = Object.defineProperty(
    (...args: unknown[]): void => {
      if (enabled) {
        const colors = isColored(process.stderr);
        const text = formatWithOptions({ colors }, ...args);
        process.stderr.write(`${name} ${inspect(process.pid, { colors })}: ${text}\n`);
      }
    },
    "enabled",
    { get: () => enabled, configurable: true, enumerable: true },
  ) as Logger;
  const log = (...args: unknown[]): void => {
    if (isFirst) {
      isFirst = false;
      optimized?.(write);
    }
    write(...args);
  };
  return Object.defineProperty(log, "enabled", {
    get: () => enabled,
    configurable: true,
    enumerable: true,
  }) as unknown as Logger;
}
