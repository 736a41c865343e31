import { InvalidArgumentError, Option } from "commander";

const backends = ["auto", "bubblewrap", "unshare", "docker", "podman"];

/**
 * Creates the flag `--backend` for the commands that run third-party code. `more` contains
 * additional values that a command accepts.
 */
export const backendFlag = (...more: readonly string[]): Option =>
  new Option("--backend <name>", "sandbox to use (default: LIBCNB_SANDBOX, or else the first that works)").choices([
    ...backends,
    ...more,
  ]);

const units: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/**
 * Parses a size like those of `docker run --memory`: `512m`, `4g`. A number without a unit is in
 * bytes.
 */
export function parseSize(text: string): number {
  const [, count, unit = "b"] = /^(\d{1,12})([bkmg])?b?$/i.exec(text) ?? [];
  const bytes = Number(count) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (count !== undefined && bytes >= smallest && bytes <= largest) return bytes;
  throw new InvalidArgumentError("Use a memory size of at least 6m (6 MiB), such as 512m or 4g.");
}

/** The smallest limit with which Docker and the kernel can start a process. */
const smallest = 6 * 2 ** 20;
const largest = 2 ** 50;

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * Parses a duration such as `90s`, `10m` or `1h`. Returns milliseconds. A number without a unit is
 * in seconds.
 */
export function parseDuration(text: string): number {
  const [, count, unit = "s"] = /^(\d{1,6}(?:\.\d+)?)([smh])?$/.exec(text) ?? [];
  const ms = Number(count) * (seconds[unit] ?? Number.NaN) * 1000;
  if (count !== undefined && ms > 0 && ms <= longest) return Math.ceil(ms);
  throw new InvalidArgumentError("Use a duration of at most 596h (596 hours), such as 90s, 10m or 1h.");
}

/** The longest time of a Node.js timer, which would reduce a longer one to a millisecond. */
const longest = 2 ** 31 - 1;
