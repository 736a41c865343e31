import { writeSync } from "node:fs";

/*
 * Cases run on Node.js and on the small engine, and print a line of JSON each: the two outputs must be equal.
 * On Node.js: `node conformance/bytes/buffer.ts`.
 */

/** The properties of an error that are compared; an error lacks most of them. */
const SHOWN = `code errno syscall path dest address port hostname info cause errors`.split(" ");

function shown(key: string, value: unknown): unknown {
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
    const { name, message } = value;
    return {
      name,
      message,
      ...Object.fromEntries(SHOWN.filter((name) => name in value).map((name) => [name, Reflect.get(value, name)])),
    };
  }
  // Node.js creates this object in several places, each with another order.
  if (key === "info" && typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return typeof value === "function" || typeof value === "symbol" ? String(value.toString().slice(0, 20)) : value;
}

const print = (name: string, result: object): void => printLine(JSON.stringify({ name, ...result }, shown));

export function printLine(text: string): void {
  const line = new TextEncoder().encode(`${text}\n`);
  for (let at = 0; at < line.length; ) {
    at += written(line.subarray(at));
  }
}

/** On Node.js, a pipe refuses bytes while it is full. */
function written(bytes: Uint8Array): number {
  try {
    return writeSync(1, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
      throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return 0;
  }
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
