import { writeSync } from "node:fs";

/*
 * Cases run on Node.js and on the small engine, and print a line of JSON each: the two outputs must be equal.
 * On Node.js: `node conformance/buffer.ts`.
 */

function shown(_key: string, value: unknown): unknown {
  if (value === undefined) {
    return "(undefined)";
  }
  if (typeof value === "bigint") {
    return `${value}n`;
  }
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
    return Object.is(value, -0) ? "(-0)" : `(${value})`;
  }
  if (value instanceof Error) {
    const { name, message, code, errno } = value as Error & { code?: unknown; errno?: unknown };
    return { name, message, code, errno };
  }
  return typeof value === "function" || typeof value === "symbol" ? String(value.toString().slice(0, 20)) : value;
}

function print(name: string, result: object): void {
  writeSync(1, `${JSON.stringify({ name, ...result }, shown)}\n`);
}

export function report(name: string, run: () => unknown): void {
  let result: object;
  try {
    result = { value: run() };
  } catch (error) {
    result = { error };
  }
  print(name, result);
}

export async function reportLater(name: string, run: () => unknown): Promise<void> {
  let result: object;
  try {
    result = { value: await run() };
  } catch (error) {
    result = { error };
  }
  print(name, result);
}

/** Gives a value any type, so that a check can pass arguments that the types forbid. */
export function untyped<T>(value: unknown): T {
  return value as T;
}
